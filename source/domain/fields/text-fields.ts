/** Fields that identify a row and give its state: names, texts, addresses and identifying numbers. */
import {severities} from '../diagnosis/severity.ts';
import {type Address, kernelStates, kinds, type Role, type Row, stages} from '../row.ts';
import type {Field} from './field.ts';

const roles: readonly Role[] = ['client', 'server', 'listener'];
const bothTables = ['connections', 'listeners'] as const;
const maxPort = 65_535;
// The largest pid that Linux can be configured to assign (PID_MAX_LIMIT).
const maxPid = 4_194_304;

const portOf = (address: Address | null): number | null =>
	address && 'port' in address ? address.port : null;

const deviceOf = ({route}: Row): string | null => route?.dev ?? null;

// Groups the processes of one program, in the order of their pids.
const programAndPid = ({program, pid}: Row): string | null =>
	program === '' && pid === null ? null : `${program.toLowerCase()}\0${String(pid ?? '').padStart(8, '0')}`;

export const textFields = [
	{
		id: 'process',
		title: 'process',
		description: 'the program and its process id',
		unit: 'text',
		read: ({program}) => program,
		tables: bothTables,
		sort: {direction: 'asc', read: programAndPid},
	},
	{
		id: 'stage',
		title: 'stage',
		description: 'where the connection stands, since when; what failed shows its code',
		unit: 'name',
		names: stages,
		read: ({stage}) => stage,
		tables: bothTables,
		sort: {direction: 'asc', byRank: true},
		filter: {example: 'stage:draining', matches: 'the stage of the row, as the table shows it'},
	},
	{
		id: 'state',
		title: 'kernel',
		description: "the socket's state in the kernel, by ss's names",
		unit: 'name',
		names: kernelStates,
		read: ({kernel}) => kernel?.state ?? null,
		tables: ['connections'],
		sort: {direction: 'asc', title: 'state', byRank: true},
		filter: {example: 'state:connected', matches: "the kernel's state, by the names and groups of ss(8)"},
	},
	{
		id: 'peer',
		title: 'peer',
		description: 'the host that was asked for, the address and the port at the other end',
		unit: 'address',
		read: ({peer}) => peer,
		readHost: ({host}) => host,
		tables: ['connections'],
		sort: {direction: 'asc'},
		filter: {
			example: 'peer:10.0.0.0/8',
			matches: "the other end's address (with its port, by range) or path, or the host name asked for",
		},
	},
	{
		id: 'local',
		formerColumnIds: ['address'],
		title: 'local',
		description: 'its own address, or only the port where there is little room',
		unit: 'address',
		read: ({local}) => local,
		tables: bothTables,
		sort: {direction: 'asc'},
		filter: {
			example: 'local:[::1]:80',
			matches: "this end's address (with its port, by range) or path",
		},
	},
	{
		id: 'port',
		title: 'port',
		description: "either end's port: numbers, lists and ranges",
		unit: 'numbers',
		read: ({local, peer}) => [portOf(local), portOf(peer)],
		filter: {example: 'port:80,443,8000-8100', shown: 'port:80,443 or port:8000-8100', max: maxPort},
	},
	{
		id: 'sport',
		title: 'own port',
		description: "this end's port",
		unit: 'number',
		read: ({local}) => portOf(local),
		filter: {example: 'sport:3000', noun: 'port', max: maxPort},
	},
	{
		id: 'dport',
		title: 'peer port',
		description: "the other end's port",
		unit: 'number',
		read: ({peer}) => portOf(peer),
		filter: {example: 'dport:443', noun: 'port', max: maxPort},
	},
	{
		id: 'host',
		title: 'host',
		description: 'the host name that was asked for',
		unit: 'text',
		read: ({host}) => host,
		sort: {direction: 'asc', tables: ['connections']},
		filter: {example: 'host:api.internal'},
	},
	{
		id: 'pid',
		title: 'pid',
		description: 'the process',
		unit: 'number',
		read: ({pid}) => pid,
		filter: {example: 'pid:4711', max: maxPid},
	},
	{
		id: 'dev',
		title: 'device',
		description: 'the network device of the route',
		unit: 'text',
		read: deviceOf,
		filter: {example: 'dev:eth0'},
	},
	{
		id: 'route',
		title: 'route',
		description: 'device and source address by which it leaves, or why there is no way',
		unit: 'text',
		read: deviceOf,
		tables: ['connections'],
		sort: {direction: 'asc', read: deviceOf},
	},
	{
		id: 'code',
		title: 'error',
		description: 'the code of the error',
		unit: 'text',
		read: ({error}) => error?.code ?? null,
		filter: {example: 'code:ECONNRESET'},
	},
	{
		id: 'label',
		title: 'request',
		description: 'the HTTP request that goes over it, or went last',
		unit: 'text',
		read: ({label}) => label,
		tables: ['connections'],
		filter: {example: 'label:"GET /slow"', matches: 'the HTTP message that rides on the connection'},
	},
	{
		id: 'site',
		title: 'made at',
		description: 'the place in the program that made it',
		unit: 'text',
		read: ({site}) => site,
		tables: bothTables,
		filter: {example: 'site:server.js', matches: 'where in the program the socket was made'},
	},
	{
		id: 'role',
		formerColumnIds: ['direction'],
		title: 'direction',
		description: '→ outbound, ← inbound, • listening, ? not known',
		unit: 'name',
		names: roles,
		read: ({role}) => role,
		tables: ['connections'],
		sort: {direction: 'asc', title: 'role'},
		filter: {example: 'role:client', matches: 'which end this is: client, server, listener'},
	},
	{
		id: 'kind',
		title: 'kind',
		description: 'tcp, tls, udp or unix',
		unit: 'name',
		names: kinds,
		read: ({kind}) => kind,
		tables: bothTables,
		sort: {direction: 'asc'},
		filter: {example: 'kind:tls', matches: 'tcp, tls, unix, udp'},
	},
	{
		id: 'joined',
		title: 'joined by',
		description: "how its socket was found in the kernel's table: inode, cookie or tuple",
		unit: 'text',
		read: ({joinedBy}) => joinedBy,
		tables: ['connections'],
	},
	{
		id: 'rule',
		title: 'rule',
		description: 'a diagnosis on the row',
		unit: 'texts',
		read: ({diagnoses}) => diagnoses,
		filter: {example: 'rule:connect-refused'},
	},
	{
		id: 'severity',
		formerColumnIds: ['found'],
		title: 'found',
		description: 'the worst that is found of it: ✗ an error, ! a warning, · a hint',
		unit: 'name',
		names: severities,
		read: ({severity}) => severity,
		tables: bothTables,
		sort: {direction: 'desc', byRank: true},
		filter: {
			example: 'severity:>=warn',
			matches: 'the worst diagnosis on the row: info, warn, error',
			compares: true,
		},
	},
] as const satisfies readonly Field[];
