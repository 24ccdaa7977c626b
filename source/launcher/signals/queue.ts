import {handledSignals} from './forward.ts';

/**
 * Queues the signals that arrive while the command is being started: they are meant for the command.
 *
 * @returns a function that sends each queued signal once to the handlers installed by then
 */
export const queueSignals = (): (() => void) => {
	const queued = new Set<NodeJS.Signals>();
	const enqueue = (name: NodeJS.Signals) => queued.add(name);
	for (const name of handledSignals) process.on(name, enqueue);
	return () => {
		for (const name of handledSignals) process.off(name, enqueue);
		for (const name of queued) process.emit(name, name);
	};
};

/**
 * Keeps the handled signals from ending netwatch at once: files and terminal have to be restored first, and
 * one hang-up may bring several.
 *
 * @returns a function that restores the default handling
 */
export const ignoreSignals = (): (() => void) => {
	const ignore = () => {};
	for (const name of handledSignals) process.on(name, ignore);
	return () => {
		for (const name of handledSignals) process.off(name, ignore);
	};
};
