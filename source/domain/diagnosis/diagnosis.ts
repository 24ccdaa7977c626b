/**
 * What a rule is and what it finds: a rule is data and one pure function, and nothing of a finding is a guess. Times
 * are milliseconds since the epoch, sizes are bytes.
 */

import type {ListeningSocket} from '../listening-socket.ts';
import type {Operation} from '../operation.ts';
import type {Address, Phase, ProcessRow, Role, Row, Stage} from '../row.ts';
import type {InterfaceView, KernelSummary} from '../view/namespace.ts';
import type {SessionView} from '../view/session.ts';
import type {Disagreement} from './disagreement.ts';
import type {Severity} from './severity.ts';

/**
 * Who has observed a fact: the hook in the process, the kernel's table of sockets, the routes, the kernel's counters of
 * the namespace, the process's load (event loop, descriptors), or one of these about the connection's other end.
 */
export const evidenceSources = ['process', 'kernel', 'route', 'counters', 'load', 'peer'] as const;
export type EvidenceSource = (typeof evidenceSources)[number];

/** One observed fact; `at` is when it was observed or when it happened. */
export type Evidence = {source: EvidenceSource; fact: string; at: number};

/** What to look at next: a command with this row's values, word by word, or a sentence where no command tells more. */
export type NextStep = {argv: readonly string[]} | {advice: string};

/** What a rule says about a row, a process or a network namespace. */
export type Finding = {
	/** Where it differs from the rule's own. */
	severity?: Severity;
	phase?: Phase;
	/** The four fields, with the phase: what was called, and both ends. The message names them, too. */
	operation: Operation;
	local: Address | null;
	peer: Address | null;
	/** One sentence without a full stop, e.g. "connect to 10.0.0.9:443 from 10.0.0.5:41234 timed out after 3 SYN retransmits". */
	message: string;
	/** At least one. */
	evidence: readonly Evidence[];
	next: NextStep;
};

type RuleFields = {
	/** Its name for people, records and `--ignore`, e.g. "connect-refused". */
	name: string;
	phase: Phase;
	severity: Severity;
	/** What it means, in a few words, e.g. "nobody listens there". */
	title: string;
	/** Hysteresis: how long it must hold without a break before it is told, */
	raiseAfterMs: number;
	/** and for how long it must not hold before it is taken back. */
	clearAfterMs: number;
};

export type RowRule = RuleFields & {
	scope: 'row';
	/** Only rows in one of these stages, or marked with it; null for all. */
	stages: readonly Stage[] | null;
	/** null for all. */
	roles: readonly Role[] | null;
	/** What has happened stays true: told at once when the row leaves or the command ends, however short it held. */
	isEvent: boolean;
	find(context: RowContext): Finding | null;
};

/** About one thread of a process: its event loop, its descriptors. */
export type ProcessRule = RuleFields & {scope: 'process'; find(context: ProcessContext): Finding | null};

/** About a network namespace: its ephemeral ports, its queues. */
export type NamespaceRule = RuleFields & {
	scope: 'namespace';
	find(context: NamespaceContext): Finding | null;
};

export type Rule = RowRule | ProcessRule | NamespaceRule;

/** All that a rule may look at. */
export type RuleFacts = {
	readonly now: number;
	readonly session: SessionView;
	readonly rows: ReadonlyMap<string, Row>;
	readonly processes: readonly ProcessRow[];
	readonly kernelSummaries: ReadonlyMap<string, KernelSummary>;
	readonly interfaces: ReadonlyMap<string, readonly InterfaceView[]>;
	/** The listeners' rows on a port of a namespace. */
	listenerRowsOn(netns: string | null, port: number): readonly Row[];
	/** Who listens on a port at which a connection was refused, of whoever; null where no look has told yet. */
	listeningSocketsOn(netns: string | null, port: number): readonly ListeningSocket[] | null;
	/** The thread that a row belongs to. */
	threadOf(row: Row): ProcessRow | null;
	/**
	 * What several rules or rows ask for, computed at most once from one tick of the clock to the next, and of more than
	 * 5000 rows once a second or twice; the function itself is the key.
	 */
	cached<Value>(compute: (facts: RuleFacts) => Value): Value;
};

/** What a rule remembers of one subject between looks, by name; gone with the subject. */
export type RuleMemory = {
	/** What was first noted under this name, and when; notes it where nothing was. */
	getOrSet(name: string, value: number): {value: number; at: number};
	forget(name: string): void;
};

export type RowContext = {
	row: Row;
	/** Candidates of a race that failed, each with its code. */
	failures: readonly {address: Address | null; code: string}[];
	/** The newest silence in which nothing passed, and which something has ended. */
	quietPeriod?: {from: number; to: number} | null;
	/** Where the process and the kernel contradict each other in two looks or more. */
	disagreement?: Disagreement | null;
	/** The connection's other end. */
	pair: Row | null;
	process: ProcessRow | null;
	/** The listener that accepted it, or at whose port it waits. */
	listener: Row | null;
	/** The newest look at its network namespace. */
	kernelSummary: KernelSummary | null;
	facts: RuleFacts;
	memory: RuleMemory;
	now: number;
};

export type ProcessContext = {process: ProcessRow; facts: RuleFacts; memory: RuleMemory; now: number};
export type NamespaceContext = {
	netns: string;
	kernelSummary: KernelSummary;
	facts: RuleFacts;
	memory: RuleMemory;
	now: number;
};

/** A finding that was told. The engine owns it and replaces it when what it says changes. */
export type Diagnosis = {
	/** Its number in this session. */
	readonly key: number;
	readonly rule: string;
	readonly severity: Severity;
	readonly phase: Phase;
	readonly operation: Operation;
	readonly local: Address | null;
	readonly peer: Address | null;
	readonly message: string;
	readonly evidence: readonly Evidence[];
	readonly next: NextStep;
	/** Its row; null for what is about a process or a namespace. */
	readonly id: string | null;
	readonly pid: number | null;
	/** A short name of the program; '' where none is concerned. */
	readonly program: string;
	readonly netns: string | null;
	readonly raisedAt: number;
	/** null while it holds. */
	readonly clearedAt: number | null;
};

export type DiagnosisEvent = {event: 'raised' | 'cleared'; at: number; diagnosis: Diagnosis};

export type DiagnosesView = {
	/** Grows with every change of anything below. */
	readonly version: number;
	/** Those that hold, and the newest of those that no longer do, by key in the order in which they were raised. */
	readonly list: ReadonlyMap<number, Diagnosis>;
	/** By rule: how many hold now, how many were raised in this session, and of the worst of these the newest. */
	readonly counts: ReadonlyMap<string, {now: number; total: number; worst?: Diagnosis}>;
	/** Rules that are silenced. */
	readonly ignored: ReadonlySet<string>;
	/** Findings that are not in the list because there are too many, and events that nobody took. */
	readonly dropped: number;
};
