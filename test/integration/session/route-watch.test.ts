// Connections that leave by several ways, from a namespace with policy routing into another one.
import {expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {ip, makeNamespace} from '../../helpers/network/named-namespace.ts';
import {type Row, startNetwatch} from '../../helpers/process/netwatch.ts';
import {node} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';

const far = '10.99.0.1';
const port = 7000;

/** Listens on every address, and prints `listening`. */
const server = `require('net').createServer(s => s.on('error', () => {})).listen(${port}, '::', () => console.log('listening'))`;

/** One connection by the default route, one from the other link's address, one over that link's own addresses. */
const clients = `
	const {connect} = require('net');
	const quiet = socket => socket.on('error', () => {});
	quiet(connect(${port}, '${far}'));
	quiet(connect({port: ${port}, host: '${far}', localAddress: '10.213.2.1'}));
	quiet(connect(${port}, 'fe80::9%nwa1'));
	setInterval(() => {}, 60_000)`;

test('each row has the route from its own source and link, and is updated when routes change', {
	timeout: 60_000,
}, async context => {
	const {here, there} = makeTwoWays(context);
	const [ip, ...words] = inside(there, [node, '-e', server]);
	const listening: string[] = [];
	const peer = start(context, ip, words, {}, {onLine: line => listening.push(line)});
	await peer.until(() => listening[0]);
	const netwatch = startNetwatch(context, inside(here, [node, '-e', clients]));

	const rowTo = (address: string, source: string): Row | undefined =>
		[...netwatch.rows.values()].find(
			({local, peer: to}) => addressOf(local) === source && addressOf(to) === address,
		);
	const routed = (address: string, source: string, route: object) =>
		netwatch.until(() => expect(rowTo(address, source)?.route).toMatchObject(route) ?? true);

	const chosen = {dst: far, from: null, dev: 'nwa0', src: '10.213.1.1', gateway: '10.213.1.9', table: 'main'};
	await routed(far, '10.213.1.1', chosen);
	await routed(far, '10.213.2.1', {
		...{dst: far, from: '10.213.2.1', dev: 'nwa1', src: '10.213.1.1', gateway: '10.213.2.9', table: '101'},
	});
	await netwatch.until(() => {
		const row = [...netwatch.rows.values()].find(({peer: to}) => addressOf(to)?.startsWith('fe80::9'));
		return (
			expect(row?.route).toMatchObject({dst: 'fe80::9', dev: 'nwa1', gateway: null, error: null}) ?? true
		);
	});
	const link = () => netwatch.all('interface').findLast(({name}) => name === 'nwa0');
	await netwatch.until(() => expect(link()).toMatchObject({kind: 'veth', state: 'UP'}) ?? true);
	expect(link()?.addresses).toContain('10.213.1.1/24');

	inHere(here, 'route', 'replace', 'default', 'via', '10.213.1.8');
	await routed(far, '10.213.1.1', {...chosen, gateway: '10.213.1.8'});
	inHere(here, 'rule', 'del', 'from', '10.213.2.1');
	await routed(far, '10.213.2.1', {from: '10.213.2.1', dev: 'nwa0', gateway: '10.213.1.8', table: 'main'});
	inHere(here, 'route', 'replace', 'unreachable', `${far}/32`);
	await routed(far, '10.213.1.1', {dst: far, dev: null, error: 'No route to host'});
	// No event reports an IPv4 route that goes with its link, but one reports the link.
	inHere(here, 'route', 'del', 'unreachable', `${far}/32`);
	await routed(far, '10.213.1.1', {error: null});
	inHere(here, 'link', 'set', 'nwa0', 'down');
	await routed(far, '10.213.1.1', {error: 'Network is unreachable'});
	await netwatch.until(() => expect(link()).toMatchObject({state: 'DOWN'}) ?? true);
	expect(netwatch.troubles()).toEqual([]);
});

const internetAddress = z.object({address: z.string()});

const addressOf = (address: unknown): string | undefined => internetAddress.safeParse(address).data?.address;

const inside = (name: string, command: string[]): [string, ...string[]] => [
	'ip',
	'netns',
	'exec',
	name,
	...command,
];

const inHere = (name: string, ...words: string[]): void => ip('-n', name, ...words);

/** Two namespaces with two links between them, and a rule that sends what comes from the second by the second. */
const makeTwoWays = (context: TestContext): {here: string; there: string} => {
	const {name: here} = makeNamespace(context, 'here');
	const {name: there} = makeNamespace(context, 'there');
	for (const link of [0, 1]) {
		ip('-n', here, 'link', 'add', `nwa${link}`, 'type', 'veth', 'peer', 'name', `nwb${link}`, 'netns', there);
		for (const [name, device, end] of [
			[here, `nwa${link}`, 1],
			[there, `nwb${link}`, 9],
		] as const) {
			ip('-n', name, 'addr', 'add', `10.213.${link + 1}.${end}/24`, 'dev', device);
			ip('-n', name, 'addr', 'add', `fe80::${end}/64`, 'dev', device, 'nodad');
			ip('-n', name, 'link', 'set', device, 'up');
		}
	}

	ip('-n', there, 'addr', 'add', `${far}/32`, 'dev', 'lo');
	ip('-n', here, 'route', 'add', 'default', 'via', '10.213.1.9');
	ip('-n', here, 'rule', 'add', 'from', '10.213.2.1', 'lookup', '101');
	ip('-n', here, 'route', 'add', 'default', 'via', '10.213.2.9', 'table', '101');
	return {here, there};
};
