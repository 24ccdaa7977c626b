/**
 * The screen as an output: a signal to compare the versions of model and command output. The screen reads both itself,
 * so the changes are not passed on. A drain without changes is a signal too: new output of the command is an input of no
 * source, and is noticed at the next drain.
 */
import type {Output} from '../../domain/output.ts';

export type ScreenOutput = Output & {
	/** Signals at once; called when the last output of the exited command has been read. */
	notify(): void;
	/**
	 * @param listener called for each signal; one subscriber at a time
	 * @returns ends the subscription
	 */
	subscribe(listener: () => void): () => void;
};

export function createScreenOutput(): ScreenOutput {
	let listener = (): void => {};
	const notify = (): void => listener();

	return {
		onEvent: notify,
		onChanges: notify,
		end() {},
		notify,
		subscribe(newListener) {
			listener = newListener;
			return () => {
				listener = () => {};
			};
		},
	};
}
