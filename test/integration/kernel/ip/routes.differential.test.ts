// Every route of netwatch is compared with the human output of `ip route get`, at the same moment.
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {afterEach, describe, expect, test} from 'vitest';
import type {RouteView} from '../../../../source/domain/row.ts';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {createRoutes} from '../../../../source/kernel/ip/routes.ts';
import {openNamespace, readNamespace} from '../../../../source/procfs/namespace.ts';
import {inNamespace, startNamespace} from '../../../helpers/network/namespace.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {until} from '../../../helpers/process/until.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Several ways out: two links with two addresses each, policy by source, by destination, and what leads nowhere. */
const manyWays = `
	for device in nwa0 nwa1; do
		# Link-local addresses would become usable in the middle of it.
		ip link set $device addrgenmode none
		ip -6 addr flush dev $device scope link
	done
	ip addr add 10.203.0.2/24 dev nwa0
	ip addr add 10.204.0.1/24 dev nwa1
	ip addr add fd04::1/64 dev nwa1 nodad
	ip addr add 192.168.77.1/32 dev lo
	ip route add default via 10.203.0.9 mtu 1400
	ip route add 198.51.100.0/24 via 10.204.0.9
	ip route add 198.51.100.128/25 via 10.203.0.8 src 10.203.0.2
	ip route add unreachable 192.0.2.0/26
	ip route add prohibit 192.0.2.64/26
	ip route add blackhole 192.0.2.128/26
	ip route add throw 192.0.2.192/26
	ip rule add from 10.204.0.1 lookup 101
	ip route add default via 10.204.0.7 table 101
	ip rule add to 203.0.113.0/24 lookup 102
	ip route add 203.0.113.0/24 via 10.204.0.6 table 102
	ip -6 route add default via fd03::9
	ip -6 route add 2001:db8:1::/48 via fd04::9
	ip -6 route add unreachable 2001:db8:2::/48
	ip -6 route add prohibit 2001:db8:3::/48
	ip -6 route add blackhole 2001:db8:4::/48
	ip -6 rule add from fd04::1 lookup 103
	ip -6 route add default via fd04::7 table 103`;

const addresses = {
	4: [
		...['127.0.0.1', '127.9.9.9', '10.203.0.1', '10.203.0.2', '10.203.0.77', '10.204.0.77', '192.168.77.1'],
		...['8.8.8.8', '198.51.100.7', '198.51.100.200', '203.0.113.5', '224.0.0.1', '10.203.0.255'],
		...['192.0.2.1', '192.0.2.65', '192.0.2.129', '192.0.2.200'],
	],
	6: [
		...['::1', 'fd03::1', 'fd03::77', 'fd04::77', '2001:db8::1', '2001:db8:1::1', 'ff02::1'],
		...['2001:db8:2::1', '2001:db8:3::1', '2001:db8:4::1'],
	],
};
const sources = {
	4: [null, '10.203.0.1', '10.203.0.2', '10.204.0.1', '127.0.0.1', '192.168.77.1', '9.9.9.9'],
	6: [null, 'fd03::1', 'fd04::1', '::1', 'fd09::9'],
};
const devices = [null, 'nwa0', 'nwa1', 'lo', 'nosuch0'];

type Question = {address: string; source: string | null; device: string | null};
const questions = ([4, 6] as const).flatMap(family =>
	addresses[family].flatMap((address): Question[] => [
		...devices.map(device => ({address, source: null, device})),
		// Each printed answer is a process of its own: not every source is combined with every device.
		...sources[family].slice(1).flatMap(source => [
			{address, source, device: null},
			{address, source, device: 'nwa1'},
		]),
	]),
);

const words = ({address, source, device}: Question): string =>
	`${address}${source === null ? '' : ` from ${source}`}${device === null ? '' : ` oif ${device}`}`;

/** The output of `ip route get` for each query, with a process each. */
const printedFor = async (pid: number, asked: readonly Question[]): Promise<Map<string, string>> => {
	const script = asked
		.map(question => `echo "? ${words(question)}"; ip route get ${words(question)} 2>&1`)
		.join('\n');
	const {stdout} = await promisify(execFile)(
		'nsenter',
		['-t', String(pid), '-n', '/bin/sh', '-c', `PATH=$PATH:/usr/sbin:/sbin\n${script}\ntrue`],
		{maxBuffer: 64 * 1024 * 1024},
	);
	const blocks = stdout.split(/^\? /m).slice(1);
	return new Map(
		blocks.map(block => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)]),
	);
};

/** The cells of a route, as they are printed. */
const cellsOf = (text: string): Omit<RouteView, 'table'> & {table: string | null} => {
	const wordAfter = (name: string): string | null =>
		new RegExp(` ${name} (?:inet6 )?(\\S+)`).exec(text)?.[1] ?? null;
	const [first = ''] = text.split('\n');
	const [dst = '', next = ''] = first.replace(/^(local|multicast|broadcast|anycast) /, '').split(' ');
	const error =
		/^RTNETLINK answers: (.*)$/m.exec(text)?.[1] ?? /^(Cannot find device .*)$/m.exec(text)?.[1] ?? null;
	if (error !== null) {
		return {dst: '', from: null, dev: null, src: null, gateway: null, table: null, mtu: null, error};
	}
	const from = next === 'from' ? wordAfter('from') : null;
	const mtu = wordAfter('mtu');
	return {
		dst,
		from: from === '::' ? null : from,
		dev: wordAfter('dev'),
		src: wordAfter('src'),
		gateway: wordAfter('via'),
		// `ip` does not print `main`.
		table: wordAfter('table') ?? (/^(local|multicast|broadcast|anycast) /.test(first) ? null : 'main'),
		mtu: mtu === null ? null : Number(mtu),
		error: null,
	};
};

/** ip names the table alone. */
const withoutRule = (route: RouteView | null | undefined) => route && {...route, rule: undefined};

describe.skipIf(!isRoot)('a network namespace with many routes (needs root)', () => {
	const namespace = async () => {
		const holder = await startNamespace(manyWays);
		cleanUps.push(holder.end);
		const netns = readNamespace(holder.pid);
		const entry = netns.ok ? openNamespace(netns.value, holder.pid) : netns;
		if (!entry.ok) throw new Error(entry.reason);
		cleanUps.push(entry.value.release);
		const routes = createRoutes({
			prefix: entry.value.prefix,
			path: childSearchPath(process.env.PATH),
			now: () => 0,
		});
		cleanUps.push(routes.close);
		return {pid: holder.pid, routes};
	};

	/** The expected route of a row: queried with its source where its way is another than without it. */
	const expected = (printed: Map<string, string>, question: Question): RouteView => {
		const reported = (asked: Question) => cellsOf(printed.get(words(asked)) ?? '');
		const chosen = {...reported({...question, source: null})};
		const dst = question.address;
		if (question.source === null) return {...chosen, dst};
		const own = reported(question);
		const isSameWay =
			question.source === chosen.src &&
			[own.dev, own.gateway, own.table, own.error].join() ===
				[chosen.dev, chosen.gateway, chosen.table, chosen.error].join();
		return {...own, dst, from: isSameWay ? null : question.source, src: chosen.src};
	};

	test('each route equals the one that ip prints, from each source, by each device, and for each refusal', async () => {
		const {pid, routes} = await namespace();
		const printed = await printedFor(pid, questions);
		expect(printed.size).toBe(questions.length);
		const reported = await Promise.all(
			questions.map(({address, device, source}) => routes.lookup(address, device, source)),
		);
		const differing = questions.flatMap((question, index) => {
			const its = expected(printed, question);
			return JSON.stringify(withoutRule(reported[index])) === JSON.stringify(its)
				? []
				: [{question, its, reported: reported[index]}];
		});
		expect(differing).toEqual([]);
		// All kinds of answers were among them.
		const errors = new Set(reported.map(route => route?.error));
		for (const error of [null, 'Network is unreachable', 'No route to host', 'Permission denied']) {
			expect(errors).toContain(error);
		}
		const tables = new Set(reported.map(route => route?.table));
		for (const table of ['main', 'local', '101', '102', '103']) expect(tables).toContain(table);
	}, 90_000);

	test('each route still equals the one of ip after routes, rules, addresses and links have changed', async () => {
		const {pid, routes} = await namespace();
		const some = questions.filter(({device}) => device === null);
		for (const change of [
			'ip route replace default via 10.203.0.78',
			'ip rule del from 10.204.0.1',
			'ip addr del 10.203.0.2/24 dev nwa0',
			'ip link set nwa1 down',
		]) {
			await Promise.all(some.map(({address, source}) => routes.lookup(address, null, source)));
			await inNamespace(pid, change);
			const printed = await printedFor(pid, some);
			await until(`what ip prints after ${change}`, async () => {
				const reported = await Promise.all(
					some.map(({address, source}) => routes.lookup(address, null, source)),
				);
				return reported.every(
					(route, index) =>
						some[index] &&
						JSON.stringify(withoutRule(route)) === JSON.stringify(expected(printed, some[index])),
				);
			});
		}
	}, 90_000);
});
