import type {TlsOffer} from '../../domain/diagnosis/diagnosis.ts';
import type {Disagreement} from '../../domain/diagnosis/disagreement.ts';
import type {RuleStates} from '../../domain/diagnosis/rule-state.ts';
import type {Origin} from '../../domain/events.ts';
import type {SnapshotKind} from '../../domain/kernel.ts';
import type {Address, CloseReason, KernelState, Kind, Row, RowError, Step} from '../../domain/row.ts';
import {type StageFacts, stageOf} from '../../domain/stage.ts';
import type {MultiMap} from '../../shared/multi-map.ts';
import {createRow, initialFacts} from './new-row.ts';

/** Limit of steps of a row, the newest: a keep-alive connection makes more than a reader needs. */
export const maxSteps = 64;

/** Limit of failed attempts of a row: the hook reports at most half as many candidates. */
export const maxFailures = 64;

/** A row with the state that the model keeps beside it. */
export type Entry = {
	readonly row: Row;
	readonly facts: StageFacts;
	/** The socket's inode as reported by its hook; the first key of the join. */
	inode: number | null;
	lookupAt: number | null;
	attemptAt: number | null;
	tlsStartedAt: number | null;
	/** Whether TLS began on a plain connection, and what its client asks for, where that is reported. */
	tls: {isUpgraded: boolean; offer: TlsOffer | null};
	bufferFullAt: number | null;
	/** Failed attempts, for the error of a race; at most `maxFailures`. */
	failures: Array<{address: Address | null; code: string}>;
	/** How the connection closed, where its error stands for an ordinary close. */
	benignClose: CloseReason | null;
	/** The reset that has answered this side's end: the row's error once the kernel's last counters show a loss. */
	resetAfterEnd: RowError | null;
	/** Its handle was taken from it: another process has the connection. */
	isHandedOver: boolean;
	/** The newest idle period that has ended; null where none was long enough. */
	lastIdleGap: {from: number; to: number} | null;
	/** `bytesWritten` of the newest sample with an empty buffer. */
	drainedAtBytes: number;
	/** The sample that rates are computed from. */
	rateBase: {at: number; bytesRead: number; bytesWritten: number} | null;
	/** The kernel's identity of the socket, once a snapshot has shown it. */
	cookie: string | null;
	/** A snapshot of the living socket showed the cookie: its destroy event and TIME-WAIT have the same one. */
	cookieConfirmed: boolean;
	/** The entry's keys in the index of kernel sockets. */
	readonly indexKeys: IndexKeys;
	/** The entry's keys for pairing. */
	readonly pairKeys: PairKeys;
	/** The scope of the snapshot that has shown it in TIME-WAIT. */
	timeWaitSnapshotKind: SnapshotKind | null;
	/** The socket of an unwatched process, shown because all sockets are. */
	foreign: boolean;
	/** `kernel.seenAt`, 0 where that is null: read for all rows at the end of each snapshot. */
	seenAt: number;
	/** The process holds the socket, and no table of its network namespace has shown it. */
	absent: boolean;
	/** Consecutive snapshots of the table without the socket. */
	missedSnapshots: number;
	/** The hook counts open requests itself; for HTTP/1 the samples do. */
	hookCountsHttp: boolean;
	/** The newest HTTP/1 message of the connection has a status. */
	isAnswered: boolean;
	/** Reported alive since the last resync began. */
	reportedAlive: boolean;
	/** The disagreement of its views; null where they agree. */
	disagreement: Disagreement | null;
	/** The rules' states of this row; null where there are none. */
	ruleStates: RuleStates | null;
};

export function createEntry(id: string, origin: Origin | null, at: number): Entry {
	return {
		row: createRow(id, origin, at),
		facts: {...initialFacts},
		inode: null,
		cookie: null,
		cookieConfirmed: false,
		indexKeys: emptyIndexKeys(),
		pairKeys: emptyPairKeys(),
		timeWaitSnapshotKind: null,
		foreign: false,
		lookupAt: null,
		attemptAt: null,
		tlsStartedAt: null,
		tls: {isUpgraded: false, offer: null},
		bufferFullAt: null,
		failures: [],
		benignClose: null,
		resetAfterEnd: null,
		isHandedOver: false,
		lastIdleGap: null,
		drainedAtBytes: 0,
		rateBase: null,
		seenAt: 0,
		absent: false,
		missedSnapshots: 0,
		hookCountsHttp: false,
		isAnswered: false,
		reportedAlive: false,
		disagreement: null,
		ruleStates: null,
	};
}

/**
 * Derives the stage from the facts.
 *
 * @param at the time of the event just applied
 */
export function updateStage(entry: Entry, at: number): void {
	const {row, facts} = entry;
	facts.hasUnread = (row.process?.readableLength ?? 0) > 0 || unreadInKernel(row) > 0;
	const {stage, marks} = stageOf(facts);
	if (stage !== row.stage) {
		// A snapshot, or a delayed record, may be older than the current stage.
		const since = Math.max(row.stageSince, at);
		const ms = since - row.stageSince;
		// Kernel-only rows have no stage `created`.
		if (ms > 0) row.stageMs = {...row.stageMs, [row.stage]: (row.stageMs?.[row.stage] ?? 0) + ms};
		row.stage = stage;
		row.stageSince = since;
	}

	if (marks.length > 0 || row.marks.length > 0) row.marks = marks;
}

/** Shorter idle periods are ignored. */
const minIdleGapMs = 1500;

/** Records that bytes or messages have passed. */
export function recordActivity(entry: Entry, at: number): void {
	const {row} = entry;
	const before = row.lastActivityAt;
	if (before !== null && at - before >= minIdleGapMs) entry.lastIdleGap = {from: before, to: at};
	row.lastActivityAt = Math.max(before ?? 0, at);
}

/** The peer's FIN counts as one byte in Recv-Q. */
const finReceivedStates: ReadonlySet<KernelState> = new Set(['CLOSE-WAIT', 'LAST-ACK', 'CLOSING']);

function unreadInKernel({kernel}: Row): number {
	if (kernel === null) return 0;
	return (kernel.recvQ ?? 0) - (finReceivedStates.has(kernel.state) ? 1 : 0);
}

/** Steps that an open connection repeats without limit; the steps before it is connected are few. */
const repeatingSteps: ReadonlySet<string> = new Set([
	'request',
	'response',
	'full',
	'drain',
	'pause',
	'resume',
	'drop',
]);

/**
 * Inserts a step by its time: records of one socket may arrive slightly out of order. Above the limit the
 * oldest repeating step is dropped: the steps of connecting still matter after a thousand requests.
 */
export function addStep(entry: Entry, step: Step): void {
	const {steps} = entry.row;
	let index = steps.length;
	while (index > 0 && (steps[index - 1]?.at ?? 0) > step.at) index--;
	steps.splice(index, 0, step);
	if (steps.length > maxSteps) {
		const oldest = steps.findIndex(each => repeatingSteps.has(each.step));
		steps.splice(Math.max(0, oldest), 1);
		entry.row.stepsDropped++;
	}
}

/**
 * Excludes rows whose socket is counted elsewhere or not at all: a waiting connection gets another row once
 * accepted, a share belongs to the listener that it names, and foreign sockets are not the command's.
 */
export const countsInTotals = ({row, facts, foreign}: Entry): boolean =>
	!foreign && (row.listener === null || (!facts.kernelOnly && row.role !== 'listener'));

/** The index of one network namespace. */
export type NamespaceIndex = {
	readonly netns: string;
	/** Rows by the inode of a socket that a process holds. */
	readonly byInode: MultiMap<number, Entry>;
	readonly byCookie: MultiMap<string, Entry>;
	/** By `tupleHash`; without rows joined by a snapshot of the living socket, whose cookie is enough. */
	readonly byTuple: MultiMap<number, Entry>;
	/** Listeners, by port. */
	readonly listeners: MultiMap<number, Entry>;
	/** Rows with a cookie and no inode: only these need the cookie of a socket with an inode. */
	cookieOnly: number;
	/** Open rows of processes without a known inode: only these match a socket with an inode by tuple. */
	withoutInode: number;
	/** Open rows of processes, by kind. */
	udp: number;
	unix: number;
	rows: number;
	/** When the kernel last reported a destroyed socket; 0 where it reports none. */
	lastDestroyEventAt: number;
};

/** An entry's current keys in the index. One object for each entry. */
export type IndexKeys = {
	namespace: NamespaceIndex | null;
	inode: number | null;
	cookie: string | null;
	/** The tuple's hash, and the addresses that it was computed from. */
	tuple: number | null;
	local: Address | null;
	peer: Address | null;
	/** The listener's port. */
	listenPort: number | null;
	cookieOnly: boolean;
	withoutInode: boolean;
	kind: Kind | null;
};

export const emptyIndexKeys = (): IndexKeys => ({
	namespace: null,
	inode: null,
	cookie: null,
	tuple: null,
	local: null,
	peer: null,
	listenPort: null,
	cookieOnly: false,
	withoutInode: false,
	kind: null,
});

/** An entry's place among the rows to pair. One object for each entry. */
export type PairKeys = {
	/** Rows of its namespace with the same `pairHash`; null where the entry is not indexed. */
	bucket: MultiMap<number, Entry> | null;
	hash: number;
	/** The inputs of the hash. */
	netns: string | null;
	local: Address | null;
	peer: Address | null;
};

export const emptyPairKeys = (): PairKeys => ({bucket: null, hash: 0, netns: null, local: null, peer: null});
