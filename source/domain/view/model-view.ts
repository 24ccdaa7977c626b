/** The model as read by the screen, the recorder and the summary. Read-only. */
import type {DiagnosesView} from '../diagnosis/diagnosis.ts';
import type {Notice, ProcessRow, Row} from '../row.ts';
import type {HistoryView} from './history.ts';
import type {InterfaceView, KernelSummary} from './namespace.ts';
import type {SessionView} from './session.ts';

export type ModelView = {
	/** Grows with every change of any field below. */
	readonly version: number;
	/** The time of the newest record, in ms since the epoch: the model has no clock of its own. */
	readonly now: number;
	readonly session: SessionView;
	readonly rows: ReadonlyMap<string, Row>;
	/** The row that replaced a removed one for the same connection; null where there is none. */
	replacementOf(id: string): string | null;
	/** The rows' rates and buffers over the last minute. */
	readonly history: HistoryView;
	/** Every thread with a hook, and descendants of the command without one, oldest first. */
	readonly processes: readonly ProcessRow[];
	readonly kernel: ReadonlyMap<string, KernelSummary>;
	/** By namespace, in the kernel's order. */
	readonly interfaces: ReadonlyMap<string, readonly InterfaceView[]>;
	/** Sockets of unwatched processes are rows too. */
	readonly showsAll: boolean;
	readonly notices: readonly Notice[];
	readonly diagnoses: DiagnosesView;
	/** Records dropped between any hook and the model. */
	readonly dropped: number;
};
