import {handledSignals} from './forward.ts';

/**
 * Holds the signals that come while the command is being started: they are meant for it, and it is not there yet.
 *
 * @returns gives them out to whoever takes them by then, each once
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
 * Keeps the taken signals from ending netwatch at once, whoever else takes them: it has files and a terminal to put in
 * order, and one hang-up may bring several.
 *
 * @returns gives them back
 */
export const ignoreSignals = (): (() => void) => {
	const ignore = () => {};
	for (const name of handledSignals) process.on(name, ignore);
	return () => {
		for (const name of handledSignals) process.off(name, ignore);
	};
};
