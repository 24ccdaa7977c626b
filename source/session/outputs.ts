/** Drains the model once for all outputs of a session. */
import type {ModelInput} from '../domain/events.ts';
import type {Output} from '../domain/output.ts';
import type {Model} from '../model/model.ts';

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
