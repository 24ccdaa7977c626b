/** Outputs of a session: screen, records, summary. The model is drained once for all of them. */
import type {ModelInput} from '../domain/events.ts';
import type {Changes, Model} from '../model/model.ts';

export type Output = {
	/** Called after each input that the model has applied. */
	onEvent?(input: ModelInput): void;
	/**
	 * Called several times a second, and once more at the end.
	 *
	 * @param changes since the previous call; shared between the outputs, read-only
	 * @param now ms since the epoch
	 * @param isLast true for the final changes
	 */
	onChanges(changes: Changes, now: number, isLast: boolean): void;
	/** Called once, after the last changes. Resolves when all is written. */
	end(now: number): void | Promise<void>;
};

export type Outputs = {
	event(input: ModelInput): void;
	/** Passes the changes to every output. */
	drain(now: number): void;
	/** Passes the last changes to every output, then ends the outputs one by one, in list order. */
	end(now: number): Promise<void>;
};

export function createOutputs(model: Pick<Model, 'takeChanges'>, outputs: readonly Output[]): Outputs {
	const hand = (now: number, isLast: boolean): void => {
		const changes = model.takeChanges();
		for (const output of outputs) output.onChanges(changes, now, isLast);
	};

	return {
		event(input) {
			for (const output of outputs) output.onEvent?.(input);
		},
		drain: now => hand(now, false),
		async end(now) {
			hand(now, true);
			for (const output of outputs) await output.end(now);
		},
	};
}
