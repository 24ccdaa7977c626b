/**
 * Ends a switch over a union: a case that is missing does not compile.
 *
 * @param what the union's thing, for the message
 * @throws where a value came in that its type excludes
 */
export function unreachable(value: never, what: string): never {
	throw new TypeError(`no such ${what}: ${JSON.stringify(value)}`);
}
