/** What Node warns of in netwatch's own process: on a screen it would be written across the picture. */

/** Warnings beyond these are not said any more. */
const warningLimit = 20;

/**
 * Takes Node's warnings, which go to standard error otherwise.
 *
 * @param onWarning is given each as one line
 * @returns gives them back
 */
export const captureWarnings = (onWarning: (message: string) => void): (() => void) => {
	const previousListeners = process.listeners('warning');
	let warningCount = 0;
	const capture = ({name, message}: Error): void => {
		warningCount += 1;
		if (warningCount <= warningLimit) onWarning(`${name}: ${message.split('\n')[0] ?? ''}`);
	};
	process.removeAllListeners('warning');
	process.on('warning', capture);
	return () => {
		process.off('warning', capture);
		for (const listener of previousListeners) process.on('warning', listener);
	};
};
