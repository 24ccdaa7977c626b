/** The screen as an output: it reads the model itself, and only receives change events. */
import type {Output} from '../../domain/output.ts';

export type ScreenOutput = Output & {
	/** Reports changes outside the model, such as the command's output. */
	notify(): void;
	/** @returns a function that ends the subscription; one subscriber at a time */
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
