/**
 * Puts the hook in front of what NODE_OPTIONS says already, so that it is there before any other preload.
 *
 * Node splits NODE_OPTIONS at spaces, outside of double quotes; within them a backslash takes the next character
 * as it is. Single quotes and backslashes outside of quotes mean nothing (doc/api/cli.md, `NODE_OPTIONS`).
 *
 * @param existing the value of NODE_OPTIONS so far
 * @param hookPath the absolute path of the hook
 * @returns the new value; the old one where this very entry stands there already
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

/** Only where it must be: Node before 12 knows no quotes there. */
const quote = (path: string): string => (/[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path);

/** The words as Node reads them; see ParseNodeOptionsEnvVar in its src/node_options.cc. */
const splitNodeOptions = (options: string): string[] =>
	(options.match(/(?:"(?:\\.|[^"\\])*"?|[^ "])+/gs) ?? []).map(word =>
		word.replace(/"((?:\\.|[^"\\])*)"?/gs, (_, inner: string) => inner.replace(/\\(.)/gs, '$1')),
	);
