/**
 * Puts the hook in front of the present NODE_OPTIONS, so that it is loaded before any other preload.
 *
 * Node splits NODE_OPTIONS at spaces outside of double quotes; within them a backslash escapes the next
 * character. Single quotes, and backslashes outside of quotes, have no meaning (doc/api/cli.md,
 * `NODE_OPTIONS`).
 *
 * @param existing the present value of NODE_OPTIONS
 * @param hookPath the absolute path of the hook
 * @returns the new value; the present one where it has this entry already
 */
export const addHookOption = (existing: string | undefined, hookPath: string): string => {
	const words = splitNodeOptions(existing ?? '');
	const isPresent = words.some(
		(word, index) => (word === '--require' || word === '-r') && words[index + 1] === hookPath,
	);
	if (existing !== undefined && isPresent) return existing;
	const entry = `--require ${quote(hookPath)}`;
	return words.length === 0 ? entry : `${entry} ${existing}`;
};

/** Quotes a path only where needed: Node before 12 supports no quotes. */
const quote = (path: string): string => (/[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path);

/** Splits into words as Node does; see ParseNodeOptionsEnvVar in its src/node_options.cc. */
const splitNodeOptions = (options: string): string[] =>
	(options.match(/(?:"(?:\\.|[^"\\])*"?|[^ "])+/gs) ?? []).map(word =>
		word.replace(/"((?:\\.|[^"\\])*)"?/gs, (_, inner: string) => inner.replace(/\\(.)/gs, '$1')),
	);
