/** The screen as an output: it reads the model itself, and is told that there is something new. */
import type {Output} from '../../session/outputs.ts';

export type ScreenOutput = Output & {
	/** For what changes beside the model, such as the command's output. */
	notify(): void;
	/** @returns ends the subscription; one at a time is heard */
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
