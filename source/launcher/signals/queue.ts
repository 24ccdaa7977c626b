import {taken} from './forward.ts';

/**
 * Holds the signals that come while the command is being started: they are meant for it, and it is not there yet.
 *
 * @returns gives them out to whoever takes them by then, each once
 */
export const holdSignals = (): (() => void) => {
	const held = new Set<NodeJS.Signals>();
	const hold = (name: NodeJS.Signals) => held.add(name);
	for (const name of taken) process.on(name, hold);
	return () => {
		for (const name of taken) process.off(name, hold);
		for (const name of held) process.emit(name, name);
	};
};

/**
 * Keeps the taken signals from ending netwatch at once, whoever else takes them: it has files and a terminal to put in
 * order, and one hang-up may bring several.
 *
 * @returns gives them back
 */
export const survive = (): (() => void) => {
	const nothing = () => {};
	for (const name of taken) process.on(name, nothing);
	return () => {
		for (const name of taken) process.off(name, nothing);
	};
};
