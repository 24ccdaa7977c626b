// Ways that lead nowhere: of this host's routes, and of those behind it.

import {expect} from 'vitest';
import type {Place} from '../../../helpers/network/cable.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';
import {finding, type Scenario} from '../../../helpers/scenarios/scenario.ts';
import {
	far,
	filter,
	needsNetwork,
	network,
	raisedForRows,
	set,
	watchConnects,
} from '../../../helpers/scenarios/two-hosts.ts';

type Refusal = {
	/** Commands of ip that make the host refuse. */
	ip: readonly (readonly string[])[];
	host: string;
	says: RegExp;
	/** Words of the next command. */
	next?: readonly string[];
};

/** One connection to an address that this host refuses, and the one finding about it. */
const alongRoute = (
	rule: string,
	title: string,
	{ip, host, says, next = ['route', 'get', host]}: Refusal,
): Scenario => ({
	rule,
	title,
	skip: needsNetwork,
	async run(context) {
		const {near} = await network(context);
		for (const words of ip) near.run('ip', ...words);
		const netwatch = watchConnects(context, near, [{host, port: 443}]);
		const record = await finding(netwatch, rule);
		expect(record.message).toMatch(says);
		expect(record.evidence.map(({source}) => source)).toEqual(['process', 'route']);
		expect(record.next).toMatchObject({argv: expect.arrayContaining(['ip', ...next])});
		expect(raisedForRows(netwatch)).toEqual([rule]);
	},
});

/** The other end is the way to everywhere. */
const defaultRoute = ['route', 'add', 'default', 'via', far.v4] as const;

const makeRouter = (near: Place, router: Place): void => {
	near.run('ip', ...defaultRoute);
	set(router, 'net.ipv4.ip_forward=1');
};

export const scenarios: readonly Scenario[] = [
	alongRoute('connect-unreachable', 'the host has no route to the destination', {
		ip: [],
		host: '203.0.113.9',
		says: /^connect to 203\.0\.113\.9:443 is not possible: this host has no route there, or a rule refuses it \(Network is unreachable\)$/,
	}),
	alongRoute('connect-unreachable', 'a route of the type unreachable leads to the destination', {
		ip: [['route', 'add', 'unreachable', '203.0.113.0/24']],
		host: '203.0.113.9',
		says: /a route of the type unreachable leads there \(No route to host\)$/,
	}),
	{
		rule: 'connect-unreachable',
		title: 'a router answers that it has no way there',
		skip: needsNetwork,
		async run(context) {
			const {near, far: router} = await network(context);
			makeRouter(near, router);
			router.run('ip', 'route', 'add', 'unreachable', '203.0.113.0/24');
			const netwatch = watchConnects(context, near, [{host: '203.0.113.9', port: 443}]);
			const record = await finding(netwatch, 'connect-unreachable');
			expect(record.message).toMatch(
				/failed as unreachable after \d+\.\d+ ms: a router or a firewall on the way answered so/,
			);
			expect(record.evidence.at(-1)?.fact).toContain(`leaves by near0 through ${far.v4}`);
			expect(raisedForRows(netwatch)).toEqual(['connect-unreachable']);
		},
	},
	{
		rule: 'connect-unreachable',
		title: 'no host on the link has that address',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			// Longer than the kernel's queries for the neighbour.
			set(near, 'net.ipv4.tcp_syn_retries=4');
			const netwatch = watchConnects(context, near, [{host: '10.77.0.99', port: 443}]);
			const record = await finding(netwatch, 'connect-unreachable');
			expect(record.message).toMatch(/after 3\.\d+ s: as far as can be seen from here, no host on near0 has/);
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['neigh', '10.77.0.99'])});
		},
	},
	...[0, 1].map(
		(policy): Scenario => ({
			rule: 'connect-unreachable',
			title:
				policy === 0
					? 'one of two gateways on a device is silent'
					: 'one of two gateways is silent, and the kernel hashes ports',
			skip: needsNetwork,
			async run(context) {
				const {near} = await network(context);
				const hops = ['10.77.0.98', '10.77.0.99'];
				near.run(
					...['ip', 'route', 'add', '203.0.113.0/24'],
					...hops.flatMap(hop => ['nexthop', 'via', hop, 'dev', 'near0']),
				);
				set(near, `net.ipv4.fib_multipath_hash_policy=${policy}`);
				set(near, 'net.ipv4.tcp_syn_retries=4');
				const netwatch = watchConnects(context, near, [{host: '203.0.113.9', port: 443}]);
				const record = await finding(netwatch, 'connect-unreachable');
				if (policy === 0) {
					const silent = /: neither (10\.77\.0\.9[89]) nor a router behind it finds that address$/;
					const hop = silent.exec(record.message)?.[1];
					expect(record.next).toMatchObject({argv: expect.arrayContaining(['neigh', 'show', hop])});
				} else {
					expect(record.message).toContain(
						`: one of ${hops.join(', ')}, or a router behind it, does not find`,
					);
					expect(record.next).toMatchObject({
						argv: expect.arrayContaining(['neigh', 'show', 'dev', 'near0']),
					});
				}
			},
		}),
	),
	alongRoute('connect-prohibited', 'a route of this host prohibits the destination', {
		ip: [['route', 'add', 'prohibit', '203.0.113.0/24']],
		host: '203.0.113.9',
		says: /is not allowed: a route or a rule of this host prohibits it \(Permission denied\)$/,
		next: ['-4', 'rule'],
	}),
	{
		rule: 'connect-prohibited',
		title: 'a firewall answers that it is prohibited',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			filter(host, 'tcp dport 443 reject with icmpv6 type admin-prohibited');
			const netwatch = watchConnects(context, near, [{host: far.v6, port: 443}]);
			const record = await finding(netwatch, 'connect-prohibited');
			expect(record.message).toMatch(/was prohibited after .* a firewall or a router on the way/);
			expect(raisedForRows(netwatch)).toEqual(['connect-prohibited']);
		},
	},
	alongRoute('connect-blackhole', 'a route of the type blackhole leads to the destination', {
		ip: [['route', 'add', 'blackhole', '203.0.113.0/24']],
		host: '203.0.113.9',
		says: /is not possible: a route or a rule of this host, of the type blackhole, swallows it \(Invalid argument\)$/,
		next: ['-4', 'rule'],
	}),
	alongRoute('connect-unreachable', 'a rule of the type unreachable takes the destination', {
		ip: [defaultRoute, ['rule', 'add', 'to', '203.0.113.0/24', 'unreachable']],
		host: '203.0.113.9',
		says: /this host has no route there, or a rule refuses it \(Network is unreachable\)$/,
	}),
	alongRoute('connect-prohibited', 'a rule of the type prohibit takes the destination', {
		ip: [defaultRoute, ['rule', 'add', 'to', '203.0.113.0/24', 'prohibit']],
		host: '203.0.113.9',
		says: /is not allowed: a route or a rule of this host prohibits it \(Permission denied\)$/,
		next: ['-4', 'rule'],
	}),
	alongRoute('connect-blackhole', 'a rule of the type blackhole takes the destination', {
		ip: [defaultRoute, ['rule', 'add', 'to', '203.0.113.0/24', 'blackhole']],
		host: '203.0.113.9',
		says: /a route or a rule of this host, of the type blackhole, swallows it \(Invalid argument\)$/,
		next: ['-4', 'rule'],
	}),
	{
		rule: 'connect-unreachable',
		title: 'the device of the route has no carrier, and no address is doubted',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			set(near, 'net.ipv4.tcp_syn_retries=4');
			host.run('ip', 'link', 'set', 'dev', 'far0', 'down');
			const netwatch = watchConnects(context, near, [{host: far.v4, port: 443}]);
			const record = await finding(netwatch, 'connect-unreachable');
			expect(record.message).toMatch(/ is not possible: near0 is down$/);
			expect(record.evidence.map(({fact}) => fact)).toContainEqual(
				expect.stringMatching(/^the interface table has near0 in state (LOWERLAYER)?DOWN$/),
			);
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['link', 'show', 'dev', 'near0'])});
		},
	},
	{
		rule: 'connect-silent',
		title: 'the loopback device is down',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			near.run('ip', 'link', 'set', 'dev', 'lo', 'down');
			const netwatch = watchConnects(context, near, [{host: '127.0.0.1', port: 443}]);
			const record = await finding(netwatch, 'connect-silent');
			expect(record.message).toMatch(/: lo is down$/);
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['link', 'show', 'dev', 'lo'])});
		},
	},
	...(
		[
			['a broadcast address', '10.77.0.255'],
			['a broadcast address', '255.255.255.255'],
			['a multicast address', '239.1.2.3'],
		] as const
	).map(
		([kind, host]): Scenario => ({
			rule: 'connect-unreachable',
			title: `TCP cannot connect to ${kind}: ${host}`,
			skip: needsNetwork,
			async run(context) {
				const {near} = await network(context);
				near.run('ip', ...defaultRoute);
				const netwatch = watchConnects(context, near, [{host, port: 443}]);
				const record = await finding(netwatch, 'connect-unreachable');
				expect(record.message).toBe(`connect to ${host}:443 is not possible: TCP cannot connect to ${kind}`);
				expect(raisedForRows(netwatch)).toEqual(['connect-unreachable']);
			},
		}),
	),
	{
		rule: 'connect-scope-missing',
		title: 'a link-local address with a link that is not there',
		skip: needsNetwork ?? (targetMajor < 22 ? null : 'Node before 22: newer ones take a link themselves'),
		async run(context) {
			const {near, far: host} = await network(context);
			const netwatch = watchConnects(context, near, [{host: `${host.linkLocal}%nothing7`, port: 443}]);
			const record = await finding(netwatch, 'connect-scope-missing');
			expect(record.message).toMatch(/ is not possible: there is no link called nothing7$/);
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['ip', '-br', 'link', 'show'])});
		},
	},
	{
		rule: 'connect-scope-missing',
		title: 'a link-local address without its link',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			const netwatch = watchConnects(context, near, [{host: host.linkLocal, port: 443}]);
			// Newer Nodes take a link of the host themselves (strace on 26.10.0: `sin6_scope_id` is set; 22.23.3 and 24.21.0
			// do not fail with EINVAL either): the far host, which has no listener, refuses.
			const rule = targetMajor < 22 ? 'connect-scope-missing' : 'connect-refused';
			const record = await finding(netwatch, rule);
			if (targetMajor < 22) expect(record.message).toContain('a link-local address needs its link');
			expect(raisedForRows(netwatch)).toEqual([rule]);
		},
	},
];
