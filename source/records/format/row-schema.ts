/** The record of a whole row of the table: a part of the public record format. */
import {z} from 'zod';
import {severities} from '../../domain/diagnosis/severity.ts';
import {kinds} from '../../domain/row.ts';
import {tcpInfoEntries} from '../../domain/tcp-info-entries.ts';
import type {TcpInfo, TcpInfoName} from '../../domain/tcp-info-fields.ts';
import {
	at,
	integer,
	kernelState,
	nullableAddress,
	nullableBoolean,
	nullableInteger,
	nullableNumber,
	nullableText,
	phase,
	role,
	stage,
	text,
} from './values-schema.ts';

const processView = z.object({
	bytesRead: nullableNumber,
	bytesWritten: nullableNumber,
	writableLength: nullableInteger,
	writableHighWaterMark: nullableInteger,
	needDrain: nullableBoolean,
	readableLength: nullableInteger,
	flowing: nullableBoolean.describe('null where reading has not begun'),
	paused: nullableBoolean,
	reading: nullableBoolean.describe('false where it is paused, and where reading has not begun'),
	timeoutMs: nullableNumber,
	readyState: nullableText,
	pending: nullableBoolean,
	writeQueueSize: nullableInteger,
	writeQueueCount: nullableInteger.describe('datagrams in the queue of a UDP socket'),
	referenced: nullableBoolean,
	errorListeners: nullableInteger,
	seenAt: at,
});

const httpView = z.object({
	protocol: nullableText.describe(
		'since it left HTTP/1: h2, the token of the Upgrade header, or tunnel behind CONNECT',
	),
	requests: nullableInteger.describe('requests or streams so far'),
	open: nullableInteger.describe('of these, under way now'),
});

const serverConnectionsView = z.object({
	connections: integer,
	maxConnections: nullableInteger.describe('null: as many as come'),
	drops: integer.describe('connections closed because there were as many as may be'),
});

const acceptQueueView = z.object({
	backlog: nullableInteger.describe(
		'asked of listen(): of its options, or of a kernel.sendQ that somaxconn did not cap',
	),
	queueMax: nullableInteger.describe('most that waited in its accept queue in any look'),
	queueMaxAt: at.nullable(),
	halfOpen: nullableInteger,
	accepted: nullableInteger.describe('by watched processes; null where no hook reports it'),
	acceptedPerSecond: nullableNumber,
	dropsPerSecond: nullableNumber,
	takes: z.enum(['both', 'IPv4', 'IPv6']).nullable(),
	others: z
		.array(z.object({address: text, pid: nullableInteger, program: nullableText}))
		.describe('other listening sockets on this port'),
	moreOthers: integer.describe('how many there are beyond those'),
});

type TcpInfoShape = {
	[Name in TcpInfoName]: NonNullable<TcpInfo[Name]> extends string
		? typeof nullableText
		: typeof nullableNumber;
};
const tcpInfoValue = {text: nullableText, number: nullableNumber, integer: nullableInteger};
const tcpInfo = Object.fromEntries(
	tcpInfoEntries.map(({name, value, description}) => [
		name,
		description === undefined ? tcpInfoValue[value] : tcpInfoValue[value].describe(description),
	]),
) as TcpInfoShape;

const kernelView = z.object({
	state: kernelState,
	local: nullableAddress.describe('the tuple as the kernel has it'),
	peer: nullableAddress,
	recvQ: nullableInteger,
	sendQ: nullableInteger,
	inode: nullableInteger,
	cookie: nullableText,
	uid: nullableInteger,
	timer: z
		.object({
			name: z.enum(['on', 'keepalive', 'timewait', 'persist', 'delack', 'unknown']),
			ms: nullableNumber,
			count: integer,
		})
		.nullable(),
	device: nullableText.describe('that it is bound to, or the scope of its address'),
	v6only: nullableBoolean,
	shutdown: z.enum(['<->', '<--', '-->', '---']).nullable().describe('<-- we sent FIN, --> we received FIN'),
	drops: nullableInteger.describe('of a listener connections, of a UDP socket datagrams'),
	...tcpInfo,
	congestion: nullableText.describe(`from here to ${tcpInfoEntries.at(-1)?.name}: as of infoSeenAt`),
	infoSeenAt: at.nullable(),
	final: z
		.boolean()
		.describe(
			'the kernel has reported its end (state UNCONN, unless something lingers): these are the last counters',
		),
	seenAt: at,
});

const routeView = z.object({
	dst: text,
	from: nullableText.describe(
		'the source it was asked for, where its way is another; null: the kernel chose',
	),
	dev: nullableText,
	src: nullableText,
	gateway: nullableText,
	nextHops: z
		.array(z.object({gateway: nullableText, dev: nullableText}))
		.nullable()
		.describe(
			'of a route with several ways, where it is not known which the kernel takes; gateway is then null',
		),
	table: nullableText,
	rule: nullableText.describe(
		'the policy rule that leads to the table; null for the rules of every namespace',
	),
	mtu: nullableInteger,
	error: nullableText,
});

export const row = z.object({
	type: z.literal('row'),
	at,
	id: text,
	proc: nullableInteger,
	pid: nullableInteger,
	thread: nullableInteger,
	program: text.describe('short name of what the process runs'),
	netns: nullableText,
	kind: z.enum(kinds),
	role: role.nullable(),
	stage,
	stageSince: at,
	marks: z.array(stage).describe('other stages that hold as well'),
	host: nullableText,
	attempt: z.object({n: integer, of: integer}).nullable(),
	listener: nullableText,
	local: nullableAddress,
	peer: nullableAddress,
	label: nullableText,
	http: httpView.nullable(),
	connections: serverConnectionsView.nullable(),
	acceptQueue: acceptQueueView.nullable(),
	site: nullableText,
	openedAt: at,
	lastActivityAt: at.nullable(),
	closedAt: at.nullable(),
	error: z.object({operation: text, phase, code: text, message: text}).nullable(),
	process: processView.nullable(),
	kernel: kernelView.nullable(),
	route: routeView.nullable(),
	joinedBy: z.enum(['inode', 'cookie', 'tuple']).nullable(),
	pair: nullableText,
	disagreement: nullableText,
	diagnoses: z.array(text).describe('rules that hold of it, the worst first'),
	severity: z.enum(severities).nullable().describe('of the worst of them'),
	stageMs: z
		.partialRecord(stage, z.number())
		.nullable()
		.describe('milliseconds in each stage before this one'),
});
