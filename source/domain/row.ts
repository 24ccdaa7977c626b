/**
 * The vocabulary of netwatch: what a row holds and what the kernel and the routes say.
 * Times are milliseconds since the epoch unless a name says otherwise, sizes are bytes, and null means
 * "not observed".
 */
import type {Address, CloseReason, Kind} from '../wire/records.ts';
import type {Severity} from './diagnosis/severity.ts';
import type {KernelCounters, KernelSocket, KernelState, KernelTimer, Shutdown, TcpInfo} from './kernel.ts';

export {closeReasons, kinds} from '../wire/records.ts';
export {kernelStates} from './kernel.ts';
export type {BlockedSpan, LoadView, NoHookReason, ProcessRow} from './process.ts';
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

/** What `ip route get` answers for one destination. */
export type RouteView = {
	dst: string;
	/** The source that it was asked for; null where the kernel chose one. */
	from: string | null;
	dev: string | null;
	/** The source that the kernel chooses by itself. */
	src: string | null;
	gateway: string | null;
	/** `local`, `main`, …; null where ip does not say. */
	table: string | null;
	mtu: number | null;
	/** The kernel's refusal, e.g. "Network is unreachable"; then there is no device, gateway, table and mtu. */
	error: string | null;
};

/** The process's own view of a socket. */
export type ProcessView = {
	bytesRead: number | null;
	bytesWritten: number | null;
	writableLength: number | null;
	writableHighWaterMark: number | null;
	needDrain: boolean | null;
	readableLength: number | null;
	/** As `readableFlowing`: null is both "nobody reads yet" and "not observed"; `seenAt` tells them apart. */
	flowing: boolean | null;
	/** Stopped by the program; whoever reads on 'readable' has not stopped it. */
	paused: boolean | null;
	/** Somebody takes what comes in: false where it is paused, and where nobody has begun to read. */
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
	/** The tuple as the kernel has it; absent where it was not kept. */
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
	/** As of `infoSeenAt`: it is asked for less often than the rest where there are many sockets. */
	info: TcpInfo | null;
	infoSeenAt: number | null;
	/** The kernel has told the socket's end: these are its last counters. */
	final: boolean;
	seenAt: number;
};

/** How a field of the kernel's view tells whether the row has changed; `ignored` ones come and go without a change of it. */
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
	timer: 'timer',
	local: 'address',
	peer: 'address',
	info: 'tcp-info',
	infoSeenAt: 'ignored',
	final: 'ignored',
	seenAt: 'ignored',
} as const satisfies Record<keyof KernelView, 'value' | 'timer' | 'address' | 'tcp-info' | 'ignored'>;

/** What HTTP makes of a connection. */
export type HttpView = {
	/** What it speaks since it left HTTP/1: "h2", or the token of the Upgrade header. */
	protocol: string | null;
	/** Requests or streams so far; null where this Node tells of none. */
	requests: number | null;
	/** Of these, under way now: 0 says that the connection rests, e.g. in an agent's pool. */
	open: number | null;
};

export type ConnectionsView = {
	connections: number;
	/** null: as many as come. */
	maxConnections: number | null;
	/** Connections that were closed because there were as many as may be. */
	drops: number;
};

/** What the kernel does for a listener, beside its queue (`kernel.recvQ` of `kernel.sendQ`). */
export type AcceptQueueView = {
	/** What listen() asked for: its options, or the limit that came of it where nothing capped that; null where neither tells. */
	backlog: number | null;
	/** Most that waited in the accept queue in any look; null where none has shown it. */
	queueMax: number | null;
	queueMaxAt: number | null;
	/** Half-open connections in the newest look at the table; each of several sockets on one address shows all of them. */
	halfOpen: number | null;
	/** Accepted by watched processes, so far and a second; null where no hook tells. */
	accepted: number | null;
	acceptedPerSecond: number | null;
	dropsPerSecond: number | null;
	/** Which addresses it takes: of both families, or of one. */
	takes: 'both' | 'IPv4' | 'IPv6' | null;
	/** Other listening sockets on this port, of whoever: the first of them, with their address as ss prints it. */
	others: readonly OtherListener[];
	/** How many more there are. */
	moreOthers: number;
};

export type OtherListener = {address: string; pid: number | null; program: string | null};

export type RowError = {
	operation: string;
	phase: Phase;
	code: string;
	message: string;
};

/** How a row found its socket in the kernel's table, from sure to likely. */
export type JoinedBy = 'inode' | 'cookie' | 'tuple';

/** One thing that happened to a row, in the words of the public record format. */
export type Step = {
	at: number;
	step: string;
	/** The step's own fields, in the record format's names. */
	fields: Readonly<Record<string, unknown>>;
};

/** One row of the table. The model owns it and changes it in place; everybody else only reads. */
export type Row = {
	id: string;
	proc: number | null;
	pid: number | null;
	thread: number | null;
	/** A short name of the program, e.g. "server.js"; '' where nothing is known. */
	program: string;
	netns: string | null;
	kind: Kind;
	role: Role | null;
	stage: Stage;
	stageSince: number;
	/** Other stages that hold as well, e.g. `paused` on a row whose stage is `draining`. */
	marks: readonly Stage[];
	host: string | null;
	attempt: {n: number; of: number} | null;
	listener: string | null;
	local: Address | null;
	peer: Address | null;
	/** The HTTP message that rides on it, e.g. "GET /slow". */
	label: string | null;
	http: HttpView | null;
	/** What a listener serves. */
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
	/** The row of the connection's other end, where that is watched too. */
	pair: string | null;
	disagreement: string | null;
	/** Rules that hold of it, the worst first, and how bad that one is. */
	diagnoses: readonly string[];
	severity: Severity | null;
	/** How long it has been in each stage before this one, in ms; null before its first change. */
	stageMs: Readonly<Partial<Record<Stage, number>>> | null;
	/** Bytes a second over the last samples; null until two samples were seen. */
	inBps: number | null;
	outBps: number | null;
	/** What happened, oldest first; at most `stepsKept` of them. */
	steps: Step[];
	stepsDropped: number;
	/** Grows with every change of this row. */
	version: number;
};

/** Something netwatch itself has to say, said once. */
export type Notice = {
	at: number;
	level: 'info' | 'warn' | 'error';
	source: string;
	message: string;
};
