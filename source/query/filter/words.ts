import {severities} from '../../domain/diagnosis/severity.ts';
import {type Address, kinds, type Role, type Row, stages} from '../../domain/row.ts';
import {ruleNames} from '../../model/diagnosis/rules/index.ts';
import {byteRate, count, duration, size} from './amount-word.ts';
import {stateNames} from './state-groups.ts';
import {amount, endpoint, knownTexts, names, numbers, ranks, text, type WordKind} from './word-kinds.ts';

export type FilterWord = {
	word: string;
	/** What it looks at, for the help page and the documentation. */
	matches: string;
	/** A filter that uses it. */
	example: string;
};

const roles: readonly Role[] = ['client', 'server', 'listener'];

const themselves = <Name extends string>(all: readonly Name[]): ReadonlyMap<string, readonly Name[]> =>
	new Map(all.map(name => [name, [name]]));

const stageNames = themselves(stages);
const lastPort = 65_535;
// The largest that Linux can be told to give (PID_MAX_LIMIT).
const lastPid = 4_194_304;
const largest32 = 4_294_967_295;

const port = (address: Address | null): number | null => (address && 'port' in address ? address.port : null);

const sum = (one: number | null | undefined, other: number | null | undefined): number | null =>
	one == null || other == null ? null : one + other;

// A closed row no longer grows older.
const until = (row: Row, now: number, since: number | null): number | null =>
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
		...names('stage', stageNames, row => row.stage, {
			noun: 'kernel state',
			word: 'state',
			names: stateNames,
		}),
	},
	{
		word: 'state',
		matches: "the kernel's state, by the names and groups of ss(8)",
		example: 'state:connected',
		...names('state', stateNames, row => row.kernel?.state ?? null, {
			noun: 'stage',
			word: 'stage',
			names: stageNames,
		}),
	},
	{
		word: 'peer',
		matches: "the other end's address (with its port, by range) or path, or the host name asked for",
		example: 'peer:10.0.0.0/8',
		...endpoint(
			row => row.peer,
			row => row.host,
		),
	},
	{
		word: 'local',
		matches: "this end's address (with its port, by range) or path",
		example: 'local:[::1]:80',
		...endpoint(
			row => row.local,
			() => null,
		),
	},
	{
		word: 'port',
		matches: "either end's port: numbers, lists and ranges",
		example: 'port:80,443,8000-8100',
		...numbers('port', lastPort, 'port:80,443 or port:8000-8100', row => [port(row.local), port(row.peer)]),
	},
	{
		word: 'sport',
		matches: "this end's port",
		example: 'sport:3000',
		...numbers('port', lastPort, 'sport:3000', row => [port(row.local)]),
	},
	{
		word: 'dport',
		matches: "the other end's port",
		example: 'dport:443',
		...numbers('port', lastPort, 'dport:443', row => [port(row.peer)]),
	},
	{
		word: 'host',
		matches: 'the host name that was asked for',
		example: 'host:api.internal',
		...text(row => row.host),
	},
	{
		word: 'pid',
		matches: 'the process',
		example: 'pid:4711',
		...numbers('pid', lastPid, 'pid:4711', row => [row.pid]),
	},
	{
		word: 'dev',
		matches: 'the network device of the route',
		example: 'dev:eth0',
		...text(row => row.route?.dev ?? null),
	},
	{
		word: 'code',
		matches: 'the code of the error',
		example: 'code:ECONNRESET',
		...text(row => row.error?.code ?? null),
	},
	{
		word: 'label',
		matches: 'the HTTP message that rides on the connection',
		example: 'label:"GET /slow"',
		...text(row => row.label),
	},
	{
		word: 'site',
		matches: 'where in the program the socket was made',
		example: 'site:server.js',
		...text(row => row.site),
	},
	{
		word: 'role',
		matches: 'which end this is: client, server, listener',
		example: 'role:client',
		...names('role', themselves(roles), row => row.role),
	},
	{
		word: 'kind',
		matches: 'tcp, tls, unix, udp',
		example: 'kind:tls',
		...names('kind', themselves(kinds), row => row.kind),
	},
	{
		word: 'rule',
		matches: 'a diagnosis on the row',
		example: 'rule:connect-refused',
		...knownTexts('rule', ruleNames, row => row.diagnoses),
	},
	{
		word: 'severity',
		matches: 'the worst diagnosis on the row: info, warn, error',
		example: 'severity:>=warn',
		...ranks('severity', severities, row => row.severity),
	},
	{
		word: 'buf',
		matches: 'bytes held in JavaScript, out and in together',
		example: 'buf:>64k',
		...amount(size, 'buf:>64k', row => sum(row.process?.writableLength, row.process?.readableLength)),
	},
	{
		word: 'sendq',
		matches: "bytes in the kernel's Send-Q (a listener's backlog)",
		example: 'sendq:>0',
		...amount(size, 'sendq:>0', row => row.kernel?.sendQ ?? null),
	},
	{
		word: 'recvq',
		matches: "bytes in the kernel's Recv-Q (a listener's accept queue)",
		example: 'recvq:>=1',
		...amount(size, 'recvq:>=1', row => row.kernel?.recvQ ?? null),
	},
	{
		word: 'in',
		matches: 'bytes read so far',
		example: 'in:>1M',
		...amount(size, 'in:>1M', row => row.process?.bytesRead ?? null),
	},
	{
		word: 'out',
		matches: 'bytes written so far',
		example: 'out:>1M',
		...amount(size, 'out:>1M', row => row.process?.bytesWritten ?? null),
	},
	{
		word: 'rate',
		matches: 'bytes a second now, both ways together',
		example: 'rate:>100k',
		...amount(byteRate, 'rate:>100k', row => sum(row.inBps, row.outBps)),
	},
	{
		word: 'age',
		timed: true,
		matches: 'time since it was opened, until it was closed',
		example: 'age:>5s',
		...amount(duration, 'age:>5s', (row, now) => until(row, now, row.openedAt)),
	},
	{
		word: 'idle',
		timed: true,
		matches: 'time since anything happened on it',
		example: 'idle:>1m',
		...amount(duration, 'idle:>1m', (row, now) => until(row, now, row.lastActivityAt)),
	},
	{
		word: 'rtt',
		matches: "the kernel's estimate of the round trip",
		example: 'rtt:>50ms',
		...amount(duration, 'rtt:>50ms', row => row.kernel?.info?.rttMs ?? null),
	},
	{
		word: 'retrans',
		matches: 'segments that the kernel sent again, so far',
		example: 'retrans:>0',
		...amount(count, 'retrans:>0', row => row.kernel?.info?.retransTotal ?? null),
	},
	{
		word: 'drops',
		matches: 'dropped at this socket: connections of a listener, datagrams of a UDP socket',
		example: 'drops:>0',
		...amount(count, 'drops:>0', row => row.kernel?.drops ?? null),
	},
	{
		word: 'inode',
		matches: "the socket's inode, as ss and /proc/PID/fd show it",
		example: 'inode:32846',
		...numbers('inode', largest32, 'inode:32846', row => [row.kernel?.inode ?? null]),
	},
	{
		word: 'uid',
		matches: "the kernel's owner of the socket, by number",
		example: 'uid:1000',
		...numbers('uid', largest32, 'uid:1000', row => [row.kernel?.uid ?? null]),
	},
];
