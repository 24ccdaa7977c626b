/** Node's warnings about netwatch's own process; standard error would corrupt the screen. */

/** Number of warnings reported, at most. */
const warningLimit = 20;

/**
 * Intercepts Node's warnings, which go to standard error by default.
 *
 * @param onWarning receives each as one line
 * @returns a function that restores the default
 */
export const captureWarnings = (onWarning: (message: string) => void): (() => void) => {
	const previousListeners = process.listeners('warning');
	let warningCount = 0;
	const capture = ({name, message}: Error): void => {
		warningCount++;
		if (warningCount <= warningLimit) onWarning(`${name}: ${message.split('\n')[0] ?? ''}`);
	};
	process.removeAllListeners('warning');
	process.on('warning', capture);
	return () => {
		process.off('warning', capture);
		for (const listener of previousListeners) process.on('warning', listener);
	};
};
