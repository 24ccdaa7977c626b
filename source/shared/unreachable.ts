/**
 * The default of an exhaustive switch: a case that is missing does not compile.
 *
 * @throws where a value came in that its type excludes
 */
export const unreachable = (value: never): never => {
	throw new TypeError(`no such case: ${JSON.stringify(value)}`);
};
