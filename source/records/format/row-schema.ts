/** A row of the table, whole: a part of the public record format. */
import {z} from 'zod';
import {severities} from '../../domain/diagnosis/severity.ts';
import {kinds} from '../../domain/row.ts';
import {
	at,
	integer,
	kernelState,
	maybeAddress,
	maybeFlag,
	maybeInteger,
	maybeNumber,
	maybeText,
	phase,
	role,
	stage,
	text,
} from './values-schema.ts';

const processView = z.object({
	bytesRead: maybeNumber,
	bytesWritten: maybeNumber,
	writableLength: maybeInteger,
	writableHighWaterMark: maybeInteger,
	needDrain: maybeFlag,
	readableLength: maybeInteger,
	flowing: maybeFlag.describe('null where nobody has begun to read'),
	paused: maybeFlag,
	reading: maybeFlag.describe('false where it is paused, and where nobody has begun to read'),
	timeoutMs: maybeNumber,
	readyState: maybeText,
	pending: maybeFlag,
	writeQueueSize: maybeInteger,
	writeQueueCount: maybeInteger.describe('datagrams in the queue of a UDP socket'),
	referenced: maybeFlag,
	errorListeners: maybeInteger,
	seenAt: at,
});

const httpView = z.object({
	protocol: maybeText.describe('since it left HTTP/1: h2, or the token of the Upgrade header'),
	requests: maybeInteger.describe('requests or streams so far'),
	open: maybeInteger.describe('of these, under way now'),
});

const servingView = z.object({
	connections: integer,
	maxConnections: maybeInteger.describe('null: as many as come'),
	drops: integer.describe('connections closed because there were as many as may be'),
});

const acceptingView = z.object({
	backlog: maybeInteger.describe(
		'asked of listen(): of its options, or of a kernel.sendQ that somaxconn did not cap',
	),
	queueMax: maybeInteger.describe('most that waited in its accept queue in any look'),
	queueMaxAt: at.nullable(),
	halfOpen: maybeInteger,
	accepted: maybeInteger.describe('by watched processes; null where no hook tells'),
	acceptedPerSecond: maybeNumber,
	dropsPerSecond: maybeNumber,
	takes: z.enum(['both', 'IPv4', 'IPv6']).nullable(),
	others: z
		.array(z.object({address: text, pid: maybeInteger, program: maybeText}))
		.describe('other listening sockets on this port'),
	moreOthers: integer.describe('how many there are beyond those'),
});

const kernelView = z.object({
	state: kernelState,
	local: maybeAddress.describe('the tuple as the kernel has it'),
	peer: maybeAddress,
	recvQ: maybeInteger,
	sendQ: maybeInteger,
	inode: maybeInteger,
	cookie: maybeText,
	uid: maybeInteger,
	timer: z
		.object({
			name: z.enum(['on', 'keepalive', 'timewait', 'persist', 'delack', 'unknown']),
			ms: maybeNumber,
			count: integer,
		})
		.nullable(),
	device: maybeText.describe('that it is bound to, or the scope of its address'),
	v6only: maybeFlag,
	shutdown: z.enum(['<->', '<--', '-->', '---']).nullable().describe('<-- we sent FIN, --> we received FIN'),
	drops: maybeInteger.describe('of a listener connections, of a UDP socket datagrams'),
	congestion: maybeText.describe('from here to sndbufLimitedMs: as of infoSeenAt'),
	rtoMs: maybeNumber,
	rttMs: maybeNumber,
	minRttMs: maybeNumber,
	backoff: maybeInteger,
	cwnd: maybeInteger,
	mss: maybeInteger,
	pmtu: maybeInteger,
	unacked: maybeInteger,
	lost: maybeInteger,
	retransNow: maybeInteger,
	retransTotal: maybeInteger,
	bytesRetrans: maybeInteger,
	bytesSent: maybeInteger,
	bytesAcked: maybeInteger,
	bytesReceived: maybeInteger,
	lastSentMs: maybeNumber,
	lastReceivedMs: maybeNumber,
	peerWindow: maybeInteger,
	deliveryBps: maybeNumber,
	busyMs: maybeNumber,
	rwndLimitedMs: maybeNumber,
	sndbufLimitedMs: maybeNumber,
	infoSeenAt: at.nullable(),
	final: z
		.boolean()
		.describe(
			'the kernel has told its end (state UNCONN, unless something lingers): these are the last counters',
		),
	seenAt: at,
});

const routeView = z.object({
	dst: text,
	from: maybeText.describe('the source it was asked for; null: the kernel chose'),
	dev: maybeText,
	src: maybeText,
	gateway: maybeText,
	table: maybeText,
	mtu: maybeInteger,
	error: maybeText,
});

export const row = z.object({
	type: z.literal('row'),
	at,
	id: text,
	proc: maybeInteger,
	pid: maybeInteger,
	thread: maybeInteger,
	program: text.describe('short name of what the process runs'),
	netns: maybeText,
	kind: z.enum(kinds),
	role: role.nullable(),
	stage,
	stageSince: at,
	marks: z.array(stage).describe('other stages that hold as well'),
	host: maybeText,
	attempt: z.object({n: integer, of: integer}).nullable(),
	listener: maybeText,
	local: maybeAddress,
	peer: maybeAddress,
	label: maybeText,
	http: httpView.nullable(),
	serving: servingView.nullable(),
	accepting: acceptingView.nullable(),
	site: maybeText,
	openedAt: at,
	lastActivityAt: at.nullable(),
	closedAt: at.nullable(),
	error: z.object({operation: text, phase, code: text, message: text}).nullable(),
	process: processView.nullable(),
	kernel: kernelView.nullable(),
	route: routeView.nullable(),
	joinedBy: z.enum(['inode', 'cookie', 'tuple']).nullable(),
	pair: maybeText,
	disagreement: maybeText,
	diagnoses: z.array(text).describe('rules that hold of it, the worst first'),
	severity: z.enum(severities).nullable().describe('of the worst of them'),
	dwell: z.partialRecord(stage, z.number()).nullable().describe('milliseconds in each stage before this one'),
});
