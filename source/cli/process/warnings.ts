/** What Node warns of in netwatch's own process: on a screen it would be written across the picture. */

/** Warnings beyond these are not said any more. */
const mostSaid = 20;

/**
 * Takes Node's warnings, which go to standard error otherwise.
 *
 * @param say is given each as one line
 * @returns gives them back
 */
export const takeWarnings = (say: (message: string) => void): (() => void) => {
	const printing = process.listeners('warning');
	let said = 0;
	const take = ({name, message}: Error): void => {
		said += 1;
		if (said <= mostSaid) say(`${name}: ${message.split('\n')[0] ?? ''}`);
	};
	process.removeAllListeners('warning');
	process.on('warning', take);
	return () => {
		process.off('warning', take);
		for (const listener of printing) process.on('warning', listener);
	};
};
