// A command in another network namespace: its kernel view and its routes are taken there.
import {readdirSync, readlinkSync, statSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {ip, makeNamespace} from '../../helpers/network/named-namespace.ts';
import {isRoot} from '../../helpers/process/is-root.ts';
import {
	listenerFact,
	type Netwatch,
	type Row,
	type SocketFact,
	socketFact,
	startNetwatch,
} from '../../helpers/process/netwatch.ts';
import {node, target} from '../../helpers/process/paths.ts';
import {agreedRow, expectAllClosed} from '../../helpers/records/match-rows.ts';

const bothEnds = z.object({client: socketFact, server: socketFact});
const ends = bothEnds.extend({pid: z.number(), listener: listenerFact});

describe.concurrent('another network namespace', () => {
	test('the rows of a command in another network namespace have its number and are joined by inode', async context => {
		const {name, netns} = makeNamespace(context, 'test');
		const netwatch = startNetwatch(context, ['ip', 'netns', 'exec', name, node, target('echo-pair')]);
		const fact = z.object({pid: z.number(), pairs: z.array(bothEnds)});
		const {pid, pairs} = await netwatch.fact('ready', fact);
		for (const {client, server} of pairs) {
			await agreedRow(netwatch, client, {pid, netns, role: 'client'});
			await agreedRow(netwatch, server, {pid, netns, role: 'server'});
		}

		expect(netwatch.all('process')).toMatchObject([{event: 'start', pid, netns}]);
		expect(netwatch.all('kernel').some(record => record.netns === netns)).toBe(true);
		expect(netwatch.troubles()).toEqual([]);
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
	});

	test('the route in another network namespace uses a device that exists only there', async context => {
		const {name, netns} = makeNamespace(context, 'test');
		ip('-n', name, 'link', 'add', 'nwt0', 'type', 'veth', 'peer', 'name', 'nwt1');
		ip('-n', name, 'addr', 'add', '10.213.7.1/24', 'dev', 'nwt0');
		for (const device of ['nwt0', 'nwt1']) ip('-n', name, 'link', 'set', device, 'up');
		// No host there: the attempt lasts until the neighbour is given up.
		const script =
			"require('net').connect(9, '10.213.7.9').on('error', () => {}); setTimeout(() => {}, 30_000)";
		const netwatch = startNetwatch(context, ['ip', 'netns', 'exec', name, node, '-e', script]);
		const row = await netwatch.until(() => [...netwatch.rows.values()].find(({route}) => route !== null));
		expect(row).toMatchObject({
			...{netns, role: 'client', peer: {address: '10.213.7.9', port: 9}},
			route: {dst: '10.213.7.9', dev: 'nwt0', src: '10.213.7.1', gateway: null, error: null},
		});
	});

	test('equal addresses and ports inside and outside a namespace have separate rows', async context => {
		const {name, netns} = makeNamespace(context, 'test');
		const netwatch = startNetwatch(context, [node, target('twins'), name]);
		const here = await netwatch.fact('here', ends);
		const there = await netwatch.fact('there', ends);
		expect(there.client).toMatchObject({local: here.client.local, peer: here.client.peer});
		const own = String(statSync('/proc/self/ns/net').ino);
		for (const [{pid, client, server}, its] of [
			[here, own],
			[there, netns],
		] as const) {
			for (const socket of [client, server]) {
				const row = await netwatch.until(() => agreed(netwatch, pid, socket));
				expect(row).toMatchObject({netns: its, stage: 'open', route: {dev: 'lo'}});
			}
		}

		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 6);
		expect(netwatch.troubles()).toEqual([]);
	});

	test('an unnamed namespace made by the command keeps no process of netwatch', async context => {
		if (!isRoot) context.skip('only root can make a network namespace');
		const netwatch = startNetwatch(context, [
			...['unshare', '--net', 'sh', '-c'],
			...[`PATH=$PATH:/usr/sbin:/sbin; ip link set lo up; exec "$@"`, 'sh', node, target('echo-pair')],
		]);
		const {pid, pairs} = await netwatch.fact('ready', z.object({pid: z.number(), pairs: z.array(bothEnds)}));
		const netns = String(statSync(`/proc/${pid}/ns/net`).ino);
		for (const {client} of pairs) await agreedRow(netwatch, client, {pid, netns});
		netwatch.write('end\n');
		expect(await netwatch.ended).toEqual({exitCode: 0, signal: null});
		expect(processesIn(netns)).toEqual([]);
	});
});

const processesIn = (netns: string): string[] =>
	readdirSync('/proc').filter(pid => {
		try {
			return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/net`) === `net:[${netns}]`;
		} catch {
			// The process has ended.
			return false;
		}
	});

/** The row of this very process's socket, once its three views are there. */
const agreed = (netwatch: Netwatch, pid: number, {inode}: SocketFact): Row | undefined =>
	[...netwatch.rows.values()].find(
		row => row.pid === pid && row.kernel?.inode === inode && row.process !== null && row.route !== null,
	);
