import {severities} from '../../domain/diagnosis/severity.ts';
import {type Address, kinds, type Role, type Row, stages} from '../../domain/row.ts';
import {ruleNames} from '../../model/diagnosis/rules/index.ts';
import {byteRateUnit, countUnit, durationUnit, sizeUnit} from './amount-word.ts';
import {stateNames} from './state-groups.ts';
import {
	amountKind,
	endpointKind,
	knownTextKind,
	nameKind,
	numberKind,
	rankKind,
	textKind,
	type WordKind,
} from './word-kinds.ts';

export type FilterWord = {
	word: string;
	/** What it looks at, for the help page and the documentation. */
	matches: string;
	/** A filter that uses it. */
	example: string;
};

const roles: readonly Role[] = ['client', 'server', 'listener'];

const identityMap = <Name extends string>(all: readonly Name[]): ReadonlyMap<string, readonly Name[]> =>
	new Map(all.map(name => [name, [name]]));

const stageNames = identityMap(stages);
const maxPort = 65_535;
// The largest that Linux can be told to give (PID_MAX_LIMIT).
const maxPid = 4_194_304;
const maxUint32 = 4_294_967_295;

const portOf = (address: Address | null): number | null =>
	address && 'port' in address ? address.port : null;

const sumOrNull = (one: number | null | undefined, other: number | null | undefined): number | null =>
	one == null || other == null ? null : one + other;

// A closed row no longer grows older.
const elapsedMs = (row: Row, now: number, since: number | null): number | null =>
	since === null ? null : Math.max(0, (row.closedAt ?? now) - since);

/** Every word of the language, in the order of the help page. */
export const words: readonly (FilterWord &
	WordKind & {
		/** What it says of a row depends on the time. */
		timed?: true;
	})[] = [
	{
		word: 'stage',
		matches: 'the stage of the row, as the table shows it',
		example: 'stage:draining',
		...nameKind('stage', stageNames, row => row.stage, {
			noun: 'kernel state',
			word: 'state',
			names: stateNames,
		}),
	},
	{
		word: 'state',
		matches: "the kernel's state, by the names and groups of ss(8)",
		example: 'state:connected',
		...nameKind('state', stateNames, row => row.kernel?.state ?? null, {
			noun: 'stage',
			word: 'stage',
			names: stageNames,
		}),
	},
	{
		word: 'peer',
		matches: "the other end's address (with its port, by range) or path, or the host name asked for",
		example: 'peer:10.0.0.0/8',
		...endpointKind(
			row => row.peer,
			row => row.host,
		),
	},
	{
		word: 'local',
		matches: "this end's address (with its port, by range) or path",
		example: 'local:[::1]:80',
		...endpointKind(
			row => row.local,
			() => null,
		),
	},
	{
		word: 'port',
		matches: "either end's port: numbers, lists and ranges",
		example: 'port:80,443,8000-8100',
		...numberKind('port', maxPort, 'port:80,443 or port:8000-8100', row => [
			portOf(row.local),
			portOf(row.peer),
		]),
	},
	{
		word: 'sport',
		matches: "this end's port",
		example: 'sport:3000',
		...numberKind('port', maxPort, 'sport:3000', row => [portOf(row.local)]),
	},
	{
		word: 'dport',
		matches: "the other end's port",
		example: 'dport:443',
		...numberKind('port', maxPort, 'dport:443', row => [portOf(row.peer)]),
	},
	{
		word: 'host',
		matches: 'the host name that was asked for',
		example: 'host:api.internal',
		...textKind(row => row.host),
	},
	{
		word: 'pid',
		matches: 'the process',
		example: 'pid:4711',
		...numberKind('pid', maxPid, 'pid:4711', row => [row.pid]),
	},
	{
		word: 'dev',
		matches: 'the network device of the route',
		example: 'dev:eth0',
		...textKind(row => row.route?.dev ?? null),
	},
	{
		word: 'code',
		matches: 'the code of the error',
		example: 'code:ECONNRESET',
		...textKind(row => row.error?.code ?? null),
	},
	{
		word: 'label',
		matches: 'the HTTP message that rides on the connection',
		example: 'label:"GET /slow"',
		...textKind(row => row.label),
	},
	{
		word: 'site',
		matches: 'where in the program the socket was made',
		example: 'site:server.js',
		...textKind(row => row.site),
	},
	{
		word: 'role',
		matches: 'which end this is: client, server, listener',
		example: 'role:client',
		...nameKind('role', identityMap(roles), row => row.role),
	},
	{
		word: 'kind',
		matches: 'tcp, tls, unix, udp',
		example: 'kind:tls',
		...nameKind('kind', identityMap(kinds), row => row.kind),
	},
	{
		word: 'rule',
		matches: 'a diagnosis on the row',
		example: 'rule:connect-refused',
		...knownTextKind('rule', ruleNames, row => row.diagnoses),
	},
	{
		word: 'severity',
		matches: 'the worst diagnosis on the row: info, warn, error',
		example: 'severity:>=warn',
		...rankKind('severity', severities, row => row.severity),
	},
	{
		word: 'buf',
		matches: 'bytes held in JavaScript, out and in together',
		example: 'buf:>64k',
		...amountKind(sizeUnit, 'buf:>64k', row =>
			sumOrNull(row.process?.writableLength, row.process?.readableLength),
		),
	},
	{
		word: 'sendq',
		matches: "bytes in the kernel's Send-Q (a listener's backlog)",
		example: 'sendq:>0',
		...amountKind(sizeUnit, 'sendq:>0', row => row.kernel?.sendQ ?? null),
	},
	{
		word: 'recvq',
		matches: "bytes in the kernel's Recv-Q (a listener's accept queue)",
		example: 'recvq:>=1',
		...amountKind(sizeUnit, 'recvq:>=1', row => row.kernel?.recvQ ?? null),
	},
	{
		word: 'in',
		matches: 'bytes read so far',
		example: 'in:>1M',
		...amountKind(sizeUnit, 'in:>1M', row => row.process?.bytesRead ?? null),
	},
	{
		word: 'out',
		matches: 'bytes written so far',
		example: 'out:>1M',
		...amountKind(sizeUnit, 'out:>1M', row => row.process?.bytesWritten ?? null),
	},
	{
		word: 'rate',
		matches: 'bytes a second now, both ways together',
		example: 'rate:>100k',
		...amountKind(byteRateUnit, 'rate:>100k', row => sumOrNull(row.inBps, row.outBps)),
	},
	{
		word: 'age',
		timed: true,
		matches: 'time since it was opened, until it was closed',
		example: 'age:>5s',
		...amountKind(durationUnit, 'age:>5s', (row, now) => elapsedMs(row, now, row.openedAt)),
	},
	{
		word: 'idle',
		timed: true,
		matches: 'time since anything happened on it',
		example: 'idle:>1m',
		...amountKind(durationUnit, 'idle:>1m', (row, now) => elapsedMs(row, now, row.lastActivityAt)),
	},
	{
		word: 'rtt',
		matches: "the kernel's estimate of the round trip",
		example: 'rtt:>50ms',
		...amountKind(durationUnit, 'rtt:>50ms', row => row.kernel?.info?.rttMs ?? null),
	},
	{
		word: 'retrans',
		matches: 'segments that the kernel sent again, so far',
		example: 'retrans:>0',
		...amountKind(countUnit, 'retrans:>0', row => row.kernel?.info?.retransTotal ?? null),
	},
	{
		word: 'drops',
		matches: 'dropped at this socket: connections of a listener, datagrams of a UDP socket',
		example: 'drops:>0',
		...amountKind(countUnit, 'drops:>0', row => row.kernel?.drops ?? null),
	},
	{
		word: 'inode',
		matches: "the socket's inode, as ss and /proc/PID/fd show it",
		example: 'inode:32846',
		...numberKind('inode', maxUint32, 'inode:32846', row => [row.kernel?.inode ?? null]),
	},
	{
		word: 'uid',
		matches: "the kernel's owner of the socket, by number",
		example: 'uid:1000',
		...numberKind('uid', maxUint32, 'uid:1000', row => [row.kernel?.uid ?? null]),
	},
];
