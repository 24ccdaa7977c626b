import type {Disagreement} from '../../domain/diagnosis/disagreement.ts';
import type {RuleStates} from '../../domain/diagnosis/rule-state.ts';
import type {Origin} from '../../domain/events.ts';
import type {SnapshotKind} from '../../domain/kernel.ts';
import type {Address, KernelState, Kind, Row, Step} from '../../domain/row.ts';
import {type StageFacts, stageOf} from '../../domain/stage.ts';
import type {MultiMap} from '../../shared/multi-map.ts';

/** Steps kept a row, the newest; a keep-alive connection has more of them than anybody reads. */
export const maxSteps = 64;

/** Failed attempts kept a row: the hook names no more candidates than half of these. */
export const maxFailures = 64;

/** A row with what the model remembers beside it. */
export type Entry = {
	readonly row: Row;
	readonly facts: StageFacts;
	/** The socket's inode as its process told it; the join's first key. */
	inode: number | null;
	lookupAt: number | null;
	attemptAt: number | null;
	tlsStartedAt: number | null;
	bufferFullAt: number | null;
	/** Attempts that failed, for the error of a race; at most `failuresKept`. */
	failures: Array<{address: Address | null; code: string}>;
	/** The error that it was destroyed with is a client library's word for an ordinary end. */
	benignClose: boolean;
	/** The newest silence that was broken; null where there was none of some length. */
	lastIdleGap: {from: number; to: number} | null;
	/** The sample that rates are counted from. */
	rateBase: {at: number; bytesRead: number; bytesWritten: number} | null;
	/** The kernel's identity of the socket, once a look has shown it. */
	cookie: string | null;
	/** It was seen while the socket lived, so that its end and its TIME-WAIT have the same. */
	cookieConfirmed: boolean;
	/** What it is found by among the sockets of a look. */
	readonly indexKeys: IndexKeys;
	/** What its other end is found by. */
	readonly pairKeys: PairKeys;
	/** The kind of look that has shown it in TIME-WAIT. */
	timeWaitSnapshotKind: SnapshotKind | null;
	/** It belongs to nobody that is watched, and is shown because all sockets are. */
	foreign: boolean;
	/** As in its kernel view, 0 where that is null: at the end of each look it is asked for of all rows. */
	seenAt: number;
	/** Looks at the kernel's table, in a row, that did not show it. */
	missedSnapshots: number;
	/** Its hook counts what is under way; of HTTP/1 the samples tell. */
	hookCountsHttp: boolean;
	/** Named alive since the last resync began. */
	reportedAlive: boolean;
	/** Where the views of it contradict each other; null where they do not. */
	disagreement: Disagreement | null;
	/** What the rules hold of it; null where that is nothing. */
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
		bufferFullAt: null,
		failures: [],
		benignClose: false,
		lastIdleGap: null,
		rateBase: null,
		seenAt: 0,
		missedSnapshots: 0,
		hookCountsHttp: false,
		reportedAlive: false,
		disagreement: null,
		ruleStates: null,
	};
}

/** A row of which nothing is known but that it is there. @param at when it was opened, ms since the epoch */
export const createRow = (id: string, origin: Origin | null, at: number): Row => ({
	id,
	proc: origin?.proc ?? null,
	pid: origin?.pid ?? null,
	thread: origin?.thread ?? null,
	program: '',
	netns: null,
	kind: 'tcp',
	role: null,
	stage: 'created',
	stageSince: at,
	marks: [],
	host: null,
	attempt: null,
	listener: null,
	local: null,
	peer: null,
	label: null,
	http: null,
	connections: null,
	acceptQueue: null,
	site: null,
	openedAt: at,
	lastActivityAt: null,
	closedAt: null,
	error: null,
	process: null,
	kernel: null,
	route: null,
	joinedBy: null,
	pair: null,
	disagreement: null,
	diagnoses: [],
	severity: null,
	stageMs: null,
	inBps: null,
	outBps: null,
	steps: [],
	stepsDropped: 0,
	version: 0,
});

/** What the stage of a socket follows from, before anything happened to it. */
export const initialFacts: StageFacts = {
	role: null,
	kernelOnly: false,
	awaitingAccept: false,
	kernelState: null,
	lookingUp: false,
	connecting: false,
	securing: false,
	connected: false,
	accepted: false,
	bytesPassed: false,
	needDrain: false,
	readingStopped: false,
	hasUnread: false,
	peerEnded: false,
	localEnded: false,
	listening: false,
	closed: false,
	failed: false,
};

/** Derives the stage anew. @param at when what has just been applied happened */
export function updateStage(entry: Entry, at: number): void {
	const {row, facts} = entry;
	facts.hasUnread = (row.process?.readableLength ?? 0) > 0 || unreadInKernel(row) > 0;
	const {stage, marks} = stageOf(facts);
	if (stage !== row.stage) {
		// A look at the kernel, or a record told late, may be older than what was known.
		const since = Math.max(row.stageSince, at);
		const ms = since - row.stageSince;
		// What the kernel alone knows was never `created`.
		if (ms > 0) row.stageMs = {...row.stageMs, [row.stage]: (row.stageMs?.[row.stage] ?? 0) + ms};
		row.stage = stage;
		row.stageSince = since;
	}

	if (marks.length > 0 || row.marks.length > 0) row.marks = marks;
}

/** A shorter silence is nothing to tell of. */
const minIdleGapMs = 1500;

/** Bytes or messages have passed, as of then. */
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

/** An open connection has any number of these; of its way there each step is one of a few. */
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
 * Adds a step in the order of its time: records of one socket may arrive a little out of order. Where there are too many,
 * the oldest of those that repeat goes: how it came to be connected still explains it after a thousand requests.
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
 * A connection that waits goes on in another row once it is accepted, a share is one of the listener that it names, and
 * sockets of others are not the command's.
 */
export const countsInTotals = ({row, facts, foreign: others}: Entry): boolean =>
	!others && (row.listener === null || (!facts.kernelOnly && row.role !== 'listener'));

/** The rows of one network namespace. */
export type NamespaceIndex = {
	readonly netns: string;
	/** Of sockets that a process holds now. */
	readonly byInode: MultiMap<number, Entry>;
	readonly byCookie: MultiMap<string, Entry>;
	/** By `tupleHash`; a row that was joined by a look at the living socket is not in it: its cookie is enough. */
	readonly byTuple: MultiMap<number, Entry>;
	/** Those that listen, by port. */
	readonly listeners: MultiMap<number, Entry>;
	/** Rows that have a cookie and no inode: only for their sake the cookie of a socket with an inode is looked at. */
	cookieOnly: number;
	/** Rows of processes, alive, whose inode nobody has told: only these take a socket with an inode by its tuple. */
	withoutInode: number;
	/** Rows of processes, alive. */
	udp: number;
	unix: number;
	rows: number;
	/** When the kernel last told the end of a socket; 0 where it tells of none. */
	lastDestroyEventAt: number;
};

/** What a row is found by now. One an entry. */
export type IndexKeys = {
	namespace: NamespaceIndex | null;
	inode: number | null;
	cookie: string | null;
	/** The tuple's hash, and the addresses that it was made of. */
	tuple: number | null;
	local: Address | null;
	peer: Address | null;
	/** The port that it listens on. */
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

/** Where a row stands among those that may be paired. One an entry. */
export type PairKeys = {
	/** The rows of its namespace, by `pairHash`; null where it is not among them. */
	bucket: MultiMap<number, Entry> | null;
	hash: number;
	/** What the hash was made of. */
	netns: string | null;
	local: Address | null;
	peer: Address | null;
};

export const emptyPairKeys = (): PairKeys => ({bucket: null, hash: 0, netns: null, local: null, peer: null});
