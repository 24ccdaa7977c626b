/**
 * The vocabulary of netwatch: the fields of a row, and of its kernel and route views. Times are milliseconds
 * since the epoch unless a name says otherwise, sizes are bytes, and null means "not observed".
 */
import type {Address, CloseReason, Kind} from '../wire/field-types.ts';
import type {Severity} from './diagnosis/severity.ts';
import type {KernelCounters, KernelSocket, KernelState, KernelTimer, Shutdown, TcpInfo} from './kernel.ts';
import type {StepName} from './operation.ts';

export {closeReasons, kinds} from '../wire/field-types.ts';
export {kernelStates} from './kernel.ts';
export type {BlockedSpan, LoadView, NoHookReason, PoolSample, ProcessRow} from './process.ts';
export type {
	Address,
	CloseReason,
	KernelCounters,
	KernelSocket,
	KernelState,
	KernelTimer,
	Kind,
	Shutdown,
	TcpInfo,
};

export type Role = 'client' | 'server' | 'listener';

export const stages = [
	'created',
	'lookup',
	'connect',
	'tls',
	'queued',
	'accepted',
	'open',
	'draining',
	'paused',
	'peer-ended',
	'ended',
	'closing',
	'lingering',
	'listening',
	'closed',
	'failed',
] as const;
export type Stage = (typeof stages)[number];

export const phases = [
	'lookup',
	'bind',
	'connect',
	'accept',
	'tls',
	'read',
	'write',
	'idle',
	'close',
	'boundary',
] as const;
export type Phase = (typeof phases)[number];

export type NextHop = {gateway: string | null; dev: string | null};

/** The answer of `ip route get` for one destination. */
export type RouteView = {
	dst: string;
	/** The source in the query, where the way from it is not the one without it; null where it is. */
	from: string | null;
	dev: string | null;
	/** The source that the kernel chooses without one in the query. */
	src: string | null;
	gateway: string | null;
	/**
	 * The next hops of a multipath route, where it is not known which of them the kernel takes: `gateway` is then
	 * null, and `dev` too where they differ in it. Absent where there is one way.
	 */
	nextHops?: readonly NextHop[];
	/** `local`, `main`, …; null where ip prints none. */
	table: string | null;
	/** The policy rule that leads to the table, as ip prints it; absent for the rules of every namespace. */
	rule?: string;
	mtu: number | null;
	/** The kernel's error, e.g. "Network is unreachable"; device, gateway, table and mtu are then absent. */
	error: string | null;
};

/** The process's view of a socket. */
export type ProcessView = {
	bytesRead: number | null;
	bytesWritten: number | null;
	writableLength: number | null;
	writableHighWaterMark: number | null;
	needDrain: boolean | null;
	readableLength: number | null;
	/** As `readableFlowing`: null is both "no reader yet" and "not observed"; `seenAt` distinguishes them. */
	flowing: boolean | null;
	/** Paused by the program; a 'readable' listener does not count as a pause. */
	paused: boolean | null;
	/** A reader consumes the data: false where the socket is paused, and where no reader is attached yet. */
	reading: boolean | null;
	timeoutMs: number | null;
	readyState: string | null;
	pending: boolean | null;
	writeQueueSize: number | null;
	/** Datagrams in the queue of a UDP socket. */
	writeQueueCount: number | null;
	referenced: boolean | null;
	errorListeners: number | null;
	seenAt: number;
};

export type KernelView = {
	state: KernelState;
	/** The tuple as the kernel has it; absent where not retained. */
	local?: Address | null;
	peer?: Address | null;
	recvQ: number | null;
	sendQ: number | null;
	inode: number | null;
	cookie: string | null;
	uid: number | null;
	timer: KernelTimer | null;
	device: string | null;
	v6only: boolean | null;
	shutdown: Shutdown | null;
	drops: number | null;
	/** As of `infoSeenAt`: with many sockets it is polled less often than the rest. */
	info: TcpInfo | null;
	infoSeenAt: number | null;
	/** The kernel has destroyed the socket: these are its last counters. */
	final: boolean;
	seenAt: number;
};

/**
 * How each field of the kernel's view decides whether a row has changed: by its value, by what the object of
 * that field holds, or never.
 */
export const kernelViewComparison = {
	state: 'value',
	recvQ: 'value',
	sendQ: 'value',
	inode: 'value',
	cookie: 'value',
	uid: 'value',
	device: 'value',
	v6only: 'value',
	shutdown: 'value',
	drops: 'value',
	timer: 'content',
	local: 'content',
	peer: 'content',
	info: 'content',
	infoSeenAt: 'ignored',
	final: 'ignored',
	seenAt: 'ignored',
} as const satisfies Record<keyof KernelView, 'value' | 'content' | 'ignored'>;

/** The HTTP state of a connection. */
export type HttpView = {
	/** The protocol after HTTP/1: "h2", the token of the Upgrade header, or "tunnel" behind a CONNECT. */
	protocol: string | null;
	/** Requests or streams so far; null where this Node version does not report them. */
	requests: number | null;
	/** Requests in progress: 0 for an idle connection, e.g. in an agent's pool. */
	open: number | null;
};

export type ConnectionsView = {
	connections: number;
	/** null for no limit. */
	maxConnections: number | null;
	/** Connections dropped at `maxConnections`. */
	drops: number;
};

/** The kernel's view of a listener, beside its queue (`kernel.recvQ` of `kernel.sendQ`). */
export type AcceptQueueView = {
	/**
	 * The backlog passed to listen(): from its options, or the resulting limit where nothing capped it; null
	 * where neither is known.
	 */
	backlog: number | null;
	/** The largest accept queue in any snapshot; null where no snapshot has shown it. */
	queueMax: number | null;
	queueMaxAt: number | null;
	/** Half-open connections in the newest table; each of several sockets on one address shows the total. */
	halfOpen: number | null;
	/** Connections accepted by watched processes, so far and a second; null without a hook. */
	accepted: number | null;
	acceptedPerSecond: number | null;
	dropsPerSecond: number | null;
	/** The address families that the listener accepts. */
	takes: 'both' | 'IPv4' | 'IPv6' | null;
	/**
	 * Other listening sockets on this port, of any process: the first of them, with their address as printed by
	 * ss.
	 */
	others: readonly OtherListener[];
	/** The number of further ones. */
	moreOthers: number;
};

export type OtherListener = {address: string; pid: number | null; program: string | null};

export type RowError = {
	operation: string;
	phase: Phase;
	code: string;
	message: string;
};

/** How a row was joined to its kernel socket, from certain to likely. */
export type JoinedBy = 'inode' | 'cookie' | 'tuple';

/** One event of a row. */
export type Step = {
	at: number;
	step: StepName;
	/** The step's own fields, in the record format's names. */
	fields: Readonly<Record<string, unknown>>;
};

/** One row of the table. The model owns it and changes it in place; all other code only reads it. */
export type Row = {
	id: string;
	proc: number | null;
	pid: number | null;
	thread: number | null;
	/** A short name of the program, e.g. "server.js"; '' where unknown. */
	program: string;
	netns: string | null;
	kind: Kind;
	role: Role | null;
	stage: Stage;
	stageSince: number;
	/** Other stages that apply as well, e.g. `paused` on a row whose stage is `draining`. */
	marks: readonly Stage[];
	host: string | null;
	attempt: {n: number; of: number} | null;
	listener: string | null;
	local: Address | null;
	peer: Address | null;
	/** The current HTTP message, e.g. "GET /slow". */
	label: string | null;
	http: HttpView | null;
	/** The connections of a listener. */
	connections: ConnectionsView | null;
	acceptQueue: AcceptQueueView | null;
	site: string | null;
	openedAt: number;
	lastActivityAt: number | null;
	closedAt: number | null;
	error: RowError | null;
	process: ProcessView | null;
	kernel: KernelView | null;
	route: RouteView | null;
	joinedBy: JoinedBy | null;
	/** Native code of a hooked process holds the socket: no object of Node's does. */
	native?: true;
	/** The row of the connection's other end, where that is watched, too. */
	pair: string | null;
	disagreement: string | null;
	/** Active findings' rules, the most severe first, and the severity of that one. */
	diagnoses: readonly string[];
	severity: Severity | null;
	/** Time spent in each stage before this one, in ms; null before the first change. */
	stageMs: Readonly<Partial<Record<Stage, number>>> | null;
	/** Bytes a second over the last samples; null until two samples were seen. */
	inBps: number | null;
	outBps: number | null;
	/** Events of the row, oldest first; at most `maxSteps` of them. */
	steps: Step[];
	stepsDropped: number;
	/** Grows with every change of this row. */
	version: number;
};

/** A message of netwatch itself, shown once. */
export type Notice = {
	at: number;
	level: 'info' | 'warn' | 'error';
	source: string;
	message: string;
};
