/** What the screen, the recorder and the summary may read of the model. All of it is read-only to them. */
import type {DiagnosesView} from './diagnosis.ts';
import type {HistoryView} from '../model/history/history.ts';
import type {NetworkInterface} from './kernel.ts';
import type {TextStyle} from '../text/sgr.ts';
import type {KernelCounters, Notice, ProcessRow, Row} from './row.ts';

export type SessionView = {
	/** The command and its arguments as they were given. */
	command: readonly string[];
	/** Its pid; null until it was started. */
	pid: number | null;
	/** netwatch's own network namespace; null where it is not known. */
	netns: string | null;
	startedAt: number;
	/** How the command ended; null while it runs. */
	ended: {at: number; exitCode: number | null; signal: string | null} | null;
};

/** The latest look at a network namespace, without its sockets: those are in the rows. */
export type KernelSummary = {
	netns: string;
	at: number;
	tookMs: number;
	/** Sockets in its table, and lines of ss that were not understood. */
	sockets: number;
	notUnderstood: number;
	counters: KernelCounters;
	/** Of the counters that count events, what was added a second; null until two looks were seen. */
	rates: KernelRates | null;
	/** Where the most local ports of the ephemeral range are in use. */
	ephemeral: EphemeralUse | null;
};

export type KernelRates = {
	listenOverflows: number | null;
	listenDrops: number | null;
	synDrops: number | null;
	retransSegs: number | null;
	activeOpens: number | null;
	passiveOpens: number | null;
	attemptFails: number | null;
	resets: number | null;
};

/** How many local ports are in use from one local address to one destination: each such pair has the whole range. */
export type EphemeralUse = {
	local: string;
	peer: string;
	peerPort: number;
	used: number;
	range: number;
};

/** An interface with what passed through it a second; null until two looks were seen. */
export type InterfaceView = NetworkInterface & {
	inBps: number | null;
	outBps: number | null;
	seenAt: number;
};

export type ModelView = {
	/** Grows with every change of anything below. */
	readonly version: number;
	/** The time of the newest record, in ms since the epoch: the model has no clock of its own. */
	readonly now: number;
	readonly session: SessionView;
	readonly rows: ReadonlyMap<string, Row>;
	/** The row that took the place of one that has left the table: the same connection; null where there is none. */
	heirOf(id: string): string | null;
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

/** A line of the watched program's output, as text from outside: escape it before it is shown. */
export type OutputLine = {
	stream: 'stdout' | 'stderr';
	text: string;
	at: number;
	/** What the lines before it in its stream have left switched on; plain where it is absent. */
	style?: TextStyle;
};

export type OutputView = {
	readonly version: number;
	/** The newest lines, oldest first. */
	readonly lines: readonly OutputLine[];
	/** Older lines that are no longer held. */
	readonly dropped: number;
};
