import type {KernelView, ProcessView, Row} from '../../source/model/types.ts';

/** When rows made here were opened, in ms since the epoch. */
export const openedAt = 1_763_800_000_000;

let serial = 0;

/** A row of an open TCP connection that nobody has looked into yet; its id is new unless it is given. */
export const makeRow = (overrides: Partial<Row> = {}): Row => ({
	id: `1.0.${++serial}`,
	proc: 1,
	pid: 4711,
	thread: 0,
	program: 'server.js',
	netns: '4026531840',
	kind: 'tcp',
	role: 'client',
	stage: 'open',
	stageSince: openedAt,
	marks: [],
	host: null,
	attempt: null,
	listener: null,
	local: null,
	peer: null,
	label: null,
	http: null,
	serving: null,
	site: null,
	openedAt,
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
	inBps: null,
	outBps: null,
	steps: [],
	stepsDropped: 0,
	version: 1,
	...overrides,
});

/** What a hook reports of an idle open socket. */
export const makeProcessView = (overrides: Partial<ProcessView> = {}): ProcessView => ({
	bytesRead: 0,
	bytesWritten: 0,
	writableLength: 0,
	writableHighWaterMark: 16_384,
	needDrain: false,
	readableLength: 0,
	flowing: true,
	paused: false,
	reading: true,
	timeoutMs: 0,
	readyState: 'open',
	pending: false,
	writeQueueSize: 0,
	writeQueueCount: null,
	referenced: true,
	errorListeners: 1,
	seenAt: openedAt,
	...overrides,
});

/** What the kernel says of an idle established socket, without TCP info. */
export const makeKernelView = (overrides: Partial<KernelView> = {}): KernelView => ({
	state: 'ESTAB',
	recvQ: 0,
	sendQ: 0,
	inode: 32_846,
	cookie: '1f',
	uid: 0,
	timer: null,
	rttMs: null,
	cwnd: null,
	retransNow: null,
	retransTotal: null,
	peerWindow: null,
	deliveryBps: null,
	seenAt: openedAt,
	...overrides,
});
