/** What the screen, the recorder and the summary may read of the model. All of it is read-only to them. */
import type {DiagnosesView} from '../diagnosis/diagnosis.ts';
import type {Notice, ProcessRow, Row} from '../row.ts';
import type {HistoryView} from './history.ts';
import type {InterfaceView, KernelSummary} from './namespace.ts';
import type {SessionView} from './session.ts';

export type ModelView = {
	/** Grows with every change of anything below. */
	readonly version: number;
	/** The time of the newest record, in ms since the epoch: the model has no clock of its own. */
	readonly now: number;
	readonly session: SessionView;
	readonly rows: ReadonlyMap<string, Row>;
	/** The row that took the place of one that has left the table: the same connection; null where there is none. */
	replacementOf(id: string): string | null;
	/** What the rows' rates and buffers were in the last minute. */
	readonly history: HistoryView;
	/** Every thread that said hello, and processes below the command that did not, oldest first. */
	readonly processes: readonly ProcessRow[];
	readonly kernel: ReadonlyMap<string, KernelSummary>;
	/** By namespace, in the kernel's order. */
	readonly interfaces: ReadonlyMap<string, readonly InterfaceView[]>;
	/** Sockets that belong to no watched process are rows too. */
	readonly showsAll: boolean;
	readonly notices: readonly Notice[];
	readonly diagnoses: DiagnosesView;
	/** Records that were lost on the way, by any hook. */
	readonly dropped: number;
};
