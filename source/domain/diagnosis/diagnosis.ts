/**
 * Rules and findings. A rule is data and one pure function; a finding states observed facts only. Times are
 * milliseconds since the epoch, sizes are bytes.
 */

import type {ListeningSocket} from '../listening-socket.ts';
import type {Operation} from '../operation.ts';
import type {Address, Phase, ProcessRow, Role, Row, Stage} from '../row.ts';
import type {InterfaceView, KernelSummary} from '../view/namespace.ts';
import type {SessionView} from '../view/session.ts';
import type {Disagreement} from './disagreement.ts';
import type {Severity} from './severity.ts';

/**
 * The source of a fact: the hook in the process, the kernel's socket table, the routes, the namespace's
 * kernel counters, the process's load (event loop, descriptors), or any of these at the connection's other
 * end.
 */
export const evidenceSources = ['process', 'kernel', 'route', 'counters', 'load', 'peer'] as const;
export type EvidenceSource = (typeof evidenceSources)[number];

/** One observed fact; `at` is when it was observed or when it happened. */
export type Evidence = {source: EvidenceSource; fact: string; at: number};

/** The next step: a command with this row's values, as argv, or a sentence where no command helps. */
export type NextStep = {argv: readonly string[]} | {advice: string};

/** A rule's finding for a row, a process or a network namespace. */
export type Finding = {
	/** Present where it differs from the rule's own. */
	severity?: Severity;
	phase?: Phase;
	/** Phase, operation and both addresses are the four fields of a finding. The message names them, too. */
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
	/** The public name, in records and for `--ignore`, e.g. "connect-refused". */
	name: string;
	phase: Phase;
	severity: Severity;
	/** The meaning in a few words, e.g. "no socket listens there". */
	title: string;
	/** Hysteresis: the condition must hold this long without a break before the finding is raised, */
	raiseAfterMs: number;
	/** and must be absent this long before the finding is cleared. */
	clearAfterMs: number;
};

export type RowRule = RuleFields & {
	scope: 'row';
	/** Limits the rule to rows in one of these stages, or marked with one; null for all. */
	stages: readonly Stage[] | null;
	/** null for all. */
	roles: readonly Role[] | null;
	/**
	 * A past event stays true: the finding is raised at once when the row leaves or the command ends, however
	 * briefly the condition held.
	 */
	isEvent: boolean;
	find(context: RowContext): Finding | null;
};

/** A rule about one thread of a process: its event loop, its descriptors. */
export type ProcessRule = RuleFields & {scope: 'process'; find(context: ProcessContext): Finding | null};

/** A rule about a network namespace: its ephemeral ports, its queues. */
export type NamespaceRule = RuleFields & {
	scope: 'namespace';
	find(context: NamespaceContext): Finding | null;
};

export type Rule = RowRule | ProcessRule | NamespaceRule;

/** Everything that a rule may read. */
export type RuleFacts = {
	readonly now: number;
	readonly session: SessionView;
	readonly rows: ReadonlyMap<string, Row>;
	readonly processes: readonly ProcessRow[];
	readonly kernelSummaries: ReadonlyMap<string, KernelSummary>;
	readonly interfaces: ReadonlyMap<string, readonly InterfaceView[]>;
	/** The listeners' rows on a port of a namespace. */
	listenerRowsOn(netns: string | null, port: number): readonly Row[];
	/**
	 * The listening sockets, of any process, on a port that refused a connection; null before the first
	 * snapshot.
	 */
	listeningSocketsOn(netns: string | null, port: number): readonly ListeningSocket[] | null;
	/** The thread that a row belongs to. */
	threadOf(row: Row): ProcessRow | null;
	/**
	 * A query shared by several rules or rows: computed at most once per clock tick, and with more than 5000
	 * rows at most once or twice a second. The function itself is the cache key.
	 */
	cached<Value>(compute: (facts: RuleFacts) => Value): Value;
};

/** A rule's notes on one subject between evaluations, by name; removed with the subject. */
export type RuleMemory = {
	/** Returns the first value noted under this name with its time; notes the given value where there is none. */
	getOrSet(name: string, value: number): {value: number; at: number};
	forget(name: string): void;
};

/** What a TLS client asks for, where its handshake fails or is long in coming. */
export type TlsOffer = {
	/** The name sent in SNI; null where none is. */
	servername: string | null;
	/** The protocols offered by ALPN. */
	alpn: readonly string[];
	/** The end that TLS is meant for: behind a proxy, another one than the row's peer. */
	host: string | null;
	port: number | null;
	/** An HTTP request waits for the handshake. */
	http: boolean;
};

export type RowContext = {
	row: Row;
	/** Failed candidates of a Happy Eyeballs race, each with its error code. */
	failures: readonly {address: Address | null; code: string}[];
	/** The newest idle period that has ended. */
	quietPeriod?: {from: number; to: number} | null;
	/** Bytes handed to the socket's handle since its buffer was last seen empty; null where unknown. */
	handedBytes?: number | null;
	/** When TLS began on a connection that was plain before; null where it was not. */
	upgradedAt?: number | null;
	tlsOffer?: TlsOffer | null;
	/** Set where process and kernel contradict each other in two snapshots or more. */
	disagreement?: Disagreement | null;
	/** The connection's other end. */
	pair: Row | null;
	process: ProcessRow | null;
	/** The listener that accepted the connection, or in whose accept queue it waits. */
	listener: Row | null;
	/** The newest snapshot of its network namespace. */
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

/** A raised finding. The engine owns it and replaces it when its content changes. */
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
	/** The row's id; null for findings about a process or a namespace. */
	readonly id: string | null;
	readonly pid: number | null;
	/** A short name of the program; '' for findings about no program. */
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
	/** Active findings and the newest cleared ones, by key in the order in which they were raised. */
	readonly list: ReadonlyMap<number, Diagnosis>;
	/** By rule: active findings, findings raised in this session, and the newest of the most severe ones. */
	readonly counts: ReadonlyMap<string, {now: number; total: number; worst?: Diagnosis}>;
	/** Ignored rules. */
	readonly ignored: ReadonlySet<string>;
	/** Findings that did not fit the list, and events dropped before they were taken. */
	readonly dropped: number;
};
