import type {
	AcceptQueueView,
	KernelCounters,
	KernelView,
	ProcessView,
	Row,
	TcpInfo,
} from '../../../source/domain/row.ts';
import {absentTcpInfo} from '../../../source/domain/tcp-info-entries.ts';
import {unreadCounters} from '../../../source/model/namespaces/namespace-summary.ts';
import {createRow} from '../../../source/model/table/new-row.ts';

/** When rows made here were opened, in ms since the epoch. */
export const openedAt = 1_763_800_000_000;

let serial = 0;

/** A row of an open TCP connection without a report yet; its id is new unless it is given. */
export const makeRow = (overrides: Partial<Row> = {}): Row => ({
	...createRow(`1.0.${++serial}`, {proc: 1, pid: 4711, thread: 0}, openedAt),
	program: 'server.js',
	netns: '4026531840',
	role: 'client',
	stage: 'open',
	version: 1,
	...overrides,
});

/** The hook's report of an idle open socket. */
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

/** The kernel's view of an idle established socket, without TCP info. */
export const makeKernelView = (overrides: Partial<KernelView> = {}): KernelView => ({
	state: 'ESTAB',
	recvQ: 0,
	sendQ: 0,
	inode: 32_846,
	cookie: '1f',
	uid: 0,
	timer: null,
	device: null,
	v6only: null,
	shutdown: '<->',
	drops: null,
	info: null,
	infoSeenAt: null,
	final: false,
	seenAt: openedAt,
	...overrides,
});

/** A listener whose accept queue has not been queried yet. */
export const makeAccepting = (overrides: Partial<AcceptQueueView> = {}): AcceptQueueView => ({
	backlog: 511,
	queueMax: 0,
	queueMaxAt: openedAt,
	halfOpen: 0,
	accepted: 0,
	acceptedPerSecond: 0,
	dropsPerSecond: 0,
	takes: 'both',
	others: [],
	moreOthers: 0,
	...overrides,
});

/** TCP info of an idle connection, as reported by Linux 4.19 and newer. */
export const makeTcpInfo = (overrides: Partial<TcpInfo> = {}): TcpInfo => ({
	...absentTcpInfo,
	congestion: 'cubic',
	rtoMs: 204,
	rttMs: 0.05,
	minRttMs: 0.04,
	cwnd: 10,
	mss: 1448,
	pmtu: 1500,
	bytesSent: 1000,
	bytesAcked: 1001,
	bytesReceived: 5000,
	lastSentMs: 100,
	lastReceivedMs: 100,
	peerWindow: 65_536,
	...overrides,
});

/** Counters of which nothing was read. */
export const noCounters: KernelCounters = unreadCounters;
