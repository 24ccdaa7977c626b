/** An output shows or writes a session: screen, records, summary. */
import type {DiagnosisEvent} from './diagnosis/diagnosis.ts';
import type {ModelInput} from './events.ts';
import type {Notice, Row, Step} from './row.ts';

export type Output = {
	/** Called after each input that the model has applied. */
	onEvent?(input: ModelInput): void;
	/**
	 * Called several times a second, also without changes, and once more at the end.
	 *
	 * @param changes since the previous call; shared between the outputs, read-only
	 * @param now ms since the epoch
	 * @param isLast true for the final changes
	 */
	onChanges(changes: Changes, now: number, isLast: boolean): void;
	/** Called once, after the last changes. Resolves when all is written, or its reader is gone. */
	end(now: number): void | Promise<void>;
	/** After the end: something of it could not be written, and that is no reader's doing. */
	readonly hasFailed?: boolean;
};

/** Changes of the model since they were last taken. */
export type Changes = {
	changed: ReadonlySet<Row>;
	removedIds: readonly string[];
	steps: readonly StepEvent[];
	diagnoses: readonly DiagnosisEvent[];
	/** Notices of the model itself, beside those of its inputs. */
	notices: readonly Notice[];
};

/** A step with the id of its row. */
export type StepEvent = {id: string; step: Step};
