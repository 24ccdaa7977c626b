import {afterEach, describe, expect, test} from 'vitest';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {createIpBatch} from '../../../../source/kernel/ip/batch.ts';
import {buildRouteQuery} from '../../../../source/kernel/ip/route-query.ts';
import {createRoutes, type Routes, type RoutesOptions} from '../../../../source/kernel/ip/routes.ts';
import {openNamespace, readNamespace} from '../../../../source/procfs/namespace.ts';
import {inNamespace, startNamespace} from '../../../helpers/network/namespace.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {until} from '../../../helpers/process/until.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const routesOf = (options: Partial<RoutesOptions> = {}): Routes => {
	const routes = createRoutes({
		prefix: [],
		path: childSearchPath(process.env.PATH),
		now: () => 0,
		...options,
	});
	cleanUps.push(routes.close);
	return routes;
};

/** A namespace whose default route goes through the far end of its pair, and the way into it. */
const namespace = async (setUp = 'ip route add default via 10.203.0.9') => {
	const holder = await startNamespace(setUp);
	cleanUps.push(holder.end);
	const netns = readNamespace(holder.pid);
	const entry = netns.ok ? openNamespace(netns.value, holder.pid) : netns;
	if (!entry.ok) throw new Error(entry.reason);
	cleanUps.push(entry.value.release);
	return {pid: holder.pid, prefix: entry.value.prefix};
};

const loopback = {dst: '127.0.0.1', dev: 'lo', src: '127.0.0.1', gateway: null, mtu: null, error: null};

describe('the route to', () => {
	test.each([
		['127.0.0.1', loopback],
		['127.9.9.9', {...loopback, dst: '127.9.9.9'}],
		['::ffff:127.0.0.1', loopback],
		['::1', {...loopback, dst: '::1', src: '::1'}],
	])('the route to %s is reported', async (address, expected) => {
		expect(await routesOf().lookup(address)).toMatchObject(expected);
	});

	test.each(['', 'localhost', '10.0.0.1 oif lo', '10.0.0.1\nquit'])(
		'the route to %j is not queried, and the next query has its answer',
		async address => {
			const routes = routesOf();
			expect(await routes.lookup(address)).toBeNull();
			expect(await routes.lookup('127.0.0.1')).toMatchObject(loopback);
		},
	);

	test("an unknown device has ip's refusal, and the next query has its answer", async () => {
		const routes = routesOf();
		expect(await routes.lookup('fe80::1%nosuch0')).toMatchObject({
			dst: 'fe80::1',
			dev: null,
			error: 'Cannot find device "nosuch0"',
		});
		expect(await routes.lookup('127.0.0.1')).toMatchObject(loopback);
	});
});

describe('a cached route', () => {
	test('a cached route is returned at once and not queried again, until it expires', async () => {
		let now = 0;
		const routes = routesOf({now: () => now});
		const [first, same] = [routes.lookup('127.0.0.1'), routes.lookup('::ffff:127.0.0.1')];
		expect(await first).toBe(await same);
		now = 25_000;
		expect(await routes.lookup('127.0.0.1')).toBe(await first);
		now = 25_001;
		expect(await routes.lookup('127.0.0.1')).not.toBe(await first);
	});

	test('the route unused for longest leaves the full cache', async () => {
		const routes = routesOf({capacity: 2});
		const first = await routes.lookup('127.0.0.1');
		const second = await routes.lookup('127.0.0.2');
		await routes.lookup('127.0.0.1');
		await routes.lookup('127.0.0.3');
		expect(await routes.lookup('127.0.0.1')).toBe(first);
		expect(await routes.lookup('127.0.0.2')).not.toBe(second);
	});

	test('a thousand simultaneous queries have an answer each', async () => {
		const routes = routesOf();
		const addresses = Array.from({length: 1000}, (_, index) => `127.0.${index >> 8}.${index & 255}`);
		const views = await Promise.all(addresses.map(address => routes.lookup(address)));
		expect(views.map(view => view?.dst)).toEqual(addresses);
	});
});

describe('simultaneous route queries', () => {
	test('each of several simultaneous queries has its own answer, also next to refused ones', async () => {
		const routes = routesOf();
		const addresses = Array.from({length: 300}, (_, index) => `127.0.1.${index % 250}`);
		const views = await Promise.all(
			addresses.map((address, index) => routes.lookup(address, index % 3 === 0 ? 'nosuch0' : null)),
		);
		expect(views.map(view => [view?.dst, view?.dev])).toEqual(
			addresses.map((address, index) => [address, index % 3 === 0 ? null : 'lo']),
		);
	});

	test('simultaneous queries are answered except the one that ends ip', async () => {
		// A stand-in for ip: it answers each line with itself, and ends at one.
		const script = 'while read -r line; do [ "$line" = bad ] && exit 1; echo "$line"; done';
		const batch = createIpBatch({prefix: ['/bin/sh', '-c', script], path: '/bin'});
		cleanUps.push(batch.close);
		const lines = ['one', 'two', 'bad', 'three', 'four'];
		const answers = await Promise.all(lines.map(line => batch.request({line})));
		expect(answers).toMatchObject([
			{kind: 'line', line: 'one'},
			{kind: 'line', line: 'two'},
			{kind: 'none', transient: false},
			{kind: 'line', line: 'three'},
			{kind: 'line', line: 'four'},
		]);
	});

	test('simultaneous queries are limited, and those beyond the limit are to be repeated later', async () => {
		const batch = createIpBatch({prefix: ['/bin/sh', '-c', 'read -r _; sleep 600'], path: '/bin:/usr/bin'});
		const answers = Array.from({length: 5000}, () => batch.request({line: 'x'}));
		expect(await answers[4999]).toMatchObject({kind: 'none', transient: true});
		await batch.close();
		expect(await answers[0]).toMatchObject({kind: 'none', reason: 'closed'});
		expect(await answers[4000]).toMatchObject({kind: 'none', reason: 'closed'});
	});
});

describe('an ip that does not answer', () => {
	test('a missing ip is reported once, and no route is known', async () => {
		const said: unknown[] = [];
		const routes = routesOf({path: '/nowhere', onFailure: (...words) => said.push(words)});
		expect(await routes.lookup('127.0.0.1')).toBeNull();
		expect(await routes.lookup('127.0.0.2')).toBeNull();
		expect(said).toEqual([['ip not found', 'ip']]);
	});

	test('an ip that exits is restarted, with a limit', async () => {
		const batch = createIpBatch({prefix: ['/bin/sh', '-c', 'exit 3'], path: '/bin', maxConsecutiveExits: 2});
		cleanUps.push(batch.close);
		const question = buildRouteQuery('127.0.0.1');
		if (!question.ok) throw new Error(question.reason);
		const reason = 'ip ended with exit code 3';
		for (let turn = 0; turn < 4; turn++) {
			expect(await batch.request(question.value)).toEqual({
				kind: 'none',
				reason,
				missingTool: null,
				transient: false,
			});
		}
	});

	test('a query to a hanging ip ends at its deadline', async () => {
		const batch = createIpBatch({
			prefix: ['/bin/sh', '-c', 'sleep 600'],
			path: '/bin:/usr/bin',
			deadlineMs: 100,
		});
		cleanUps.push(batch.close);
		const question = buildRouteQuery('127.0.0.1');
		if (!question.ok) throw new Error(question.reason);
		expect(await batch.request(question.value)).toMatchObject({
			kind: 'none',
			reason: 'ip did not answer within 0.1 s',
		});
	});
});

describe.skipIf(!isRoot)('in a network namespace of its own (needs root)', () => {
	test('a route has its gateway, source, mtu, table and scope', async () => {
		const {prefix} = await namespace(
			'ip route add default via 10.203.0.9 mtu 1400; ip route add 198.51.100.0/24 via 10.203.0.9 table 77; ip rule add to 198.51.100.0/24 lookup 77',
		);
		const routes = routesOf({prefix});
		const common = {dev: 'nwa0', src: '10.203.0.1', error: null};
		expect(await routes.lookup('8.8.8.8')).toMatchObject({
			...common,
			gateway: '10.203.0.9',
			mtu: 1400,
			table: 'main',
		});
		expect(await routes.lookup('198.51.100.7')).toMatchObject({
			...common,
			gateway: '10.203.0.9',
			table: '77',
		});
		expect(await routes.lookup('fe80::5', 'nwa1')).toMatchObject({dst: 'fe80::5', dev: 'nwa1', error: null});
		expect(await routes.lookup('fe80::5%nwa0')).toMatchObject({dst: 'fe80::5', dev: 'nwa0', error: null});
	});

	test.each([
		['unreachable 192.0.2.0/24', '192.0.2.1', 'No route to host'],
		['prohibit 192.0.2.0/24', '192.0.2.1', 'Permission denied'],
		['blackhole 192.0.2.0/24', '192.0.2.1', 'Invalid argument'],
		['10.204.0.0/24 dev nwa0', '192.0.2.1', 'Network is unreachable'],
	])('with the route %s, %s is refused: %s', async (route, address, error) => {
		const {prefix} = await namespace(`ip route add ${route}`);
		const routes = routesOf({prefix});
		const refused = {
			dst: address,
			from: null,
			dev: null,
			src: null,
			gateway: null,
			table: null,
			mtu: null,
			error,
		};
		expect(await routes.lookup(address)).toEqual(refused);
		expect(await routes.lookup(address)).toEqual(refused);
		expect(await routes.lookup('127.0.0.1')).toMatchObject(loopback);
	});

	test('the route from another source is reported, with the source that the host would choose', async () => {
		const {prefix} = await namespace(
			`ip addr add 10.203.0.2/24 dev nwa0; ip addr add 10.204.0.1/24 dev nwa1
			ip route add default via 10.203.0.9; ip rule add from 10.204.0.1 lookup 101
			ip route add default via 10.204.0.9 table 101; ip route add unreachable 192.0.2.0/24`,
		);
		const routes = routesOf({prefix});
		const chosen = {dst: '8.8.8.8', from: null, dev: 'nwa0', src: '10.203.0.1', gateway: '10.203.0.9'};
		for (const source of [null, '10.203.0.1', '::ffff:10.203.0.1', '0.0.0.0', '::', 'fd03::1', 'nonsense']) {
			expect(await routes.lookup('8.8.8.8', null, source)).toMatchObject({...chosen, table: 'main'});
		}
		const bound = {...chosen, from: '10.204.0.1', dev: 'nwa1', gateway: '10.204.0.9', table: '101'};
		expect(await routes.lookup('::ffff:8.8.8.8', null, '::ffff:10.204.0.1')).toMatchObject(bound);
		expect(await routes.lookup('8.8.8.8', null, '10.203.0.2')).toMatchObject({
			...chosen,
			from: '10.203.0.2',
			table: 'main',
		});
		// A way where there is none without the source, and none where there is one.
		expect(await routes.lookup('192.0.2.1', null, '10.204.0.1')).toMatchObject({
			...{dst: '192.0.2.1', from: '10.204.0.1', dev: 'nwa1', src: null, error: null},
		});
		expect(await routes.lookup('8.8.8.8', null, '10.99.0.1')).toMatchObject({
			...{from: '10.99.0.1', dev: null, src: '10.203.0.1', error: 'Network is unreachable'},
		});
		// The source that the device gives is the one that the rule reads.
		expect(await routes.lookup('8.8.8.8', 'nwa1', '10.204.0.1')).toMatchObject({
			...{from: '10.204.0.1', dev: 'nwa1', src: '10.204.0.1', gateway: '10.204.0.9', table: '101'},
			rule: 'from 10.204.0.1 lookup 101',
		});
	});

	describe('with two gateways on one device', () => {
		const twoGateways = `ip route add 192.0.2.0/24 nexthop via 10.203.0.8 dev nwa0 nexthop via 10.203.0.9 dev nwa0
			ip -6 route add fd04::/64 nexthop via fd03::8 dev nwa0 nexthop via fd03::9 dev nwa0`;
		const bothOf = (...gateways: string[]) => gateways.map(gateway => ({gateway, dev: 'nwa0'}));

		test('the way from the source is asked for, as the kernel hashes both addresses', async () => {
			const {prefix} = await namespace(twoGateways);
			const routes = routesOf({prefix});
			const batch = createIpBatch({prefix, path: childSearchPath(process.env.PATH)});
			cleanUps.push(batch.close);
			const gateways = new Set<string | null | undefined>();
			for (let host = 1; host < 33; host++) {
				const address = `192.0.2.${host}`;
				const printed = await batch.request({line: `route get ${address} from 10.203.0.1`});
				const view = await routes.lookup(address, null, '10.203.0.1');
				expect(printed).toMatchObject({line: expect.stringContaining(`"gateway":"${view?.gateway}"`)});
				expect(view).toMatchObject({dev: 'nwa0', src: '10.203.0.1', error: null});
				expect(view?.nextHops).toBeUndefined();
				gateways.add(view?.gateway);
			}
			expect(gateways).toEqual(new Set(['10.203.0.8', '10.203.0.9']));
			// One hop, in the same namespace.
			expect(await routes.lookup('10.203.0.7', null, '10.203.0.1')).toMatchObject({
				gateway: null,
				from: null,
			});
		});

		test('the gateway is one of both before there is a source, and where the kernel hashes ports', async () => {
			const {pid, prefix} = await namespace(twoGateways);
			const nextHops = bothOf('10.203.0.8', '10.203.0.9');
			const oneOfBoth = {gateway: null, dev: 'nwa0', src: '10.203.0.1', nextHops, error: null};
			expect(await routesOf({prefix}).lookup('192.0.2.1')).toMatchObject(oneOfBoth);
			await inNamespace(pid, 'sysctl -qw net.ipv4.fib_multipath_hash_policy=1');
			expect(await routesOf({prefix}).lookup('192.0.2.1', null, '10.203.0.1')).toMatchObject(oneOfBoth);
		});

		test('the gateway of an IPv6 connection is one of both, as the kernel hashes its flow label', async () => {
			const {prefix} = await namespace(twoGateways);
			const view = await routesOf({prefix}).lookup('fd04::1', null, 'fd03::1');
			expect(view).toMatchObject({gateway: null, dev: 'nwa0', src: 'fd03::1'});
			expect(view?.nextHops?.toSorted((a, b) => String(a.gateway).localeCompare(String(b.gateway)))).toEqual(
				bothOf('fd03::8', 'fd03::9'),
			);
		});
	});

	test('a rule by protocol and port is followed and named, and only what rules read is reported', async () => {
		const {pid, prefix} = await namespace(
			`ip addr add 10.204.0.1/24 dev nwa1; ip route add default via 10.203.0.9
			ip route add default via 10.204.0.9 table 101; ip rule add ipproto tcp dport 440-443 lookup 101`,
		);
		const reported: unknown[] = [];
		const routes = routesOf({prefix, onInputs: inputs => reported.push(inputs)});
		const flow = {protocol: 'tcp', localPort: null, peerPort: 443} as const;
		const ruled = {dev: 'nwa1', src: '10.204.0.1', gateway: '10.204.0.9', table: '101'};
		const rule = 'from all ipproto tcp dport 440-443 lookup 101';
		expect(await routes.lookup('8.8.8.8', null, null, flow)).toMatchObject({...ruled, rule});
		expect(await routes.lookup('8.8.8.8', null, '10.204.0.1', flow)).toMatchObject({
			...ruled,
			rule,
			from: null,
		});
		const view = await routes.lookup('8.8.8.8', null, '10.203.0.1', {...flow, peerPort: null});
		expect(view).toMatchObject({
			dev: 'nwa0',
			src: '10.203.0.1',
			gateway: '10.203.0.9',
			table: 'main',
			from: null,
		});
		expect(view?.rule).toBeUndefined();
		expect(reported).toEqual([
			{source: true, selectors: [{protocol: 'tcp', localPorts: null, peerPorts: [440, 443]}]},
		]);
		await until('the rule is gone', async () => {
			await inNamespace(pid, 'ip rule del table 101 2>&1 || ip route replace 192.0.2.0/24 via 10.203.0.9');
			return (await routes.lookup('8.8.8.8', null, null, flow))?.dev === 'nwa0';
		});
		expect(reported.at(-1)).toEqual({source: false, selectors: []});
	});

	test('a route removed with its link is reported without an event of its own', async () => {
		const {pid, prefix} = await namespace('ip addr add 10.204.0.1/24 dev nwa1');
		let changes = 0;
		const routes = routesOf({prefix, onChange: () => changes++});
		await until('changes are reported', async () => {
			await inNamespace(pid, 'ip route replace 192.0.2.0/24 via 10.203.0.9');
			return changes > 0;
		});
		expect(await routes.lookup('10.204.0.7')).toMatchObject({dev: 'nwa1', error: null});
		await inNamespace(pid, 'ip link set nwa1 down');
		await until('it is gone', async () => (await routes.lookup('10.204.0.7'))?.error !== null);
	});

	test('an answer from before a change is not cached', async () => {
		const {pid, prefix} = await namespace();
		let changes = 0;
		const routes = routesOf({prefix, onChange: () => changes++});
		await until('changes are reported', async () => {
			await inNamespace(pid, 'ip route replace 192.0.2.0/24 via 10.203.0.9');
			return changes > 0;
		});
		const before = changes;
		const asking = async () => {
			while (changes === before) {
				await routes.lookup('8.8.8.8');
				await new Promise(setImmediate);
			}
		};
		await Promise.all([asking(), inNamespace(pid, 'ip route replace default via 10.203.0.78')]);
		expect(await routes.lookup('8.8.8.8')).toMatchObject({gateway: '10.203.0.78'});
	});

	test('a changed route expires the cached answers', async () => {
		const {pid, prefix} = await namespace();
		let stale = 0;
		const routes = routesOf({prefix, onStale: () => stale++});
		// The monitor listens a moment after it was started; what changes before that, age mends.
		await until('the monitor listens', async () => {
			await routes.lookup('8.8.8.8');
			await inNamespace(pid, 'ip route replace 192.0.2.0/24 via 10.203.0.9');
			return stale > 0;
		});
		expect(await routes.lookup('8.8.8.8')).toMatchObject({gateway: '10.203.0.9'});
		const before = stale;
		await inNamespace(pid, 'ip route replace default via 10.203.0.78');
		await until('the change is reported', () => stale > before);
		expect(await routes.lookup('8.8.8.8')).toMatchObject({gateway: '10.203.0.78'});
	});
});
