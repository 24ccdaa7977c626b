/**
 * Options from netwatch's command line, handed on in one environment variable. Unknown words are ignored: the
 * hook may be older or newer than the netwatch that set them.
 */
const optionWords = (process.env.NETWATCH_HOOK ?? '').split(',');

export const capturesSites = !optionWords.includes('no-sites');
export const interceptsEmit = !optionWords.includes('no-emit');

/** `child-of=PID`: only the process that netwatch itself started is watched. */
export const isWatched = optionWords.every(
	word => !word.startsWith('child-of=') || word === `child-of=${process.ppid}`,
);
