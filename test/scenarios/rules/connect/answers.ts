// A reject, a drop, and a listener that takes something else.
import {expect} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {finding, type Scenario} from '../../../helpers/scenarios/scenario.ts';
import {
	far,
	filter,
	listen,
	needsNetwork,
	network,
	raisedForRows,
	trySet,
	watchConnects,
} from '../../../helpers/scenarios/two-hosts.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'connect-refused',
		title: 'a client of a port without a listener',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, target('refused')]);
			const record = await finding(netwatch, 'connect-refused');
			expect(record).toMatchObject({severity: 'error', phase: 'connect', operation: 'connect'});
			expect(record.peer).toMatchObject({address: '127.0.0.1'});
		},
	},
	{
		rule: 'connect-refused',
		title: 'both addresses of a name refuse: one finding, with both',
		async run(context) {
			const netwatch = watchConnects(context, null, [
				{host: 'both.test', port: 1, candidates: ['127.0.0.2', '127.0.0.3']},
			]);
			const record = await finding(netwatch, 'connect-refused');
			expect(record.message).toContain('at each of its 2 addresses (127.0.0.2:1, 127.0.0.3:1)');
			expect(record.evidence).toContainEqual(
				expect.objectContaining({
					source: 'kernel',
					fact: 'no socket of this network namespace listens on port 1',
				}),
			);
			expect(raisedForRows(netwatch)).toEqual(['connect-refused']);
		},
	},
	{
		rule: 'connect-refused-elsewhere',
		title: 'an unwatched server of the other family has the port',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			const port = await listen(context, near, {host: '::', ipv6Only: true});
			const netwatch = watchConnects(context, near, [{host: '127.0.0.1', port}]);
			const record = await finding(netwatch, 'connect-refused-elsewhere');
			expect(record.message).toContain(`the listener on that port takes IPv6 only ([::]:${port})`);
			expect(raisedForRows(netwatch)).toEqual(['connect-refused-elsewhere']);
		},
	},
	{
		rule: 'connect-refused-elsewhere',
		title: 'a server listens on the loopback address, and the client asks for the other one of this host',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			const port = await listen(context, near, {host: '127.0.0.1'});
			const netwatch = watchConnects(context, near, [{host: '10.77.0.1', port}]);
			const record = await finding(netwatch, 'connect-refused-elsewhere');
			expect(record.message).toContain(`takes other addresses (127.0.0.1:${port})`);
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['ss', `:${port}`])});
		},
	},
	{
		rule: 'connect-silent',
		title:
			'a firewall drops on one port and rejects on another: the one is silent, the other refused at once',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			filter(host, 'tcp dport 8081 drop', 'tcp dport 8082 reject with tcp reset');
			// One retransmit more: a busy machine may poll late.
			trySet(near, 'net.ipv4.tcp_syn_linear_timeouts=1');
			const netwatch = watchConnects(context, near, [
				{host: far.v4, port: 8082},
				{host: far.v4, port: 8081},
			]);
			const lasting = await finding(netwatch, 'connect-silent', ({severity}) => severity === 'warn');
			expect(lasting).toMatchObject({peer: {address: far.v4, port: 8081}});
			expect(lasting.message).toMatch(
				/^connect to 10\.77\.0\.2:8081 from 10\.77\.0\.1:\d+ has no answer after [12] SYN retransmits?$/,
			);
			const over = await finding(netwatch, 'connect-silent', ({severity}) => severity === 'error');
			expect(over.key).toBe(lasting.key);
			expect(over.message).toMatch(/ timed out after [12] SYN retransmits?, in [3-5]\.\d+ s$/);
			expect(over.evidence.map(({source}) => source)).toEqual(['process', 'kernel', 'route']);
			const rejected = await finding(netwatch, 'connect-refused');
			expect(rejected).toMatchObject({peer: {port: 8082}});
			expect(rejected.message).toMatch(/ was refused after \d+\.\d+ ms: as far as can be seen from here/);
			expect(raisedForRows(netwatch).toSorted()).toEqual(['connect-refused', 'connect-silent']);
		},
	},
	{
		rule: 'connect-silent',
		title: 'the program has a shorter timeout than the kernel',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			near.lose(far.v4);
			const netwatch = watchConnects(context, near, [{host: far.v4, port: 443, giveUpMs: 2500}]);
			const record = await finding(netwatch, 'connect-silent', ({severity}) => severity === 'error');
			expect(record.message).toMatch(
				/was given up by the program after 2\.\d+ s without an answer and 1 SYN retransmit$/,
			);
		},
	},
	{
		rule: 'source-not-routed',
		title: 'a pinned source address without a route back',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			near.run('ip', 'addr', 'add', '192.168.50.1/32', 'dev', 'lo');
			const port = await listen(context, host, {host: far.v4});
			const netwatch = watchConnects(context, near, [{host: far.v4, port, localAddress: '192.168.50.1'}]);
			const record = await finding(netwatch, 'source-not-routed');
			expect(record.message).toContain(
				'192.168.50.1 is not the source that the route would choose (10.77.0.1)',
			);
			expect(record.local).toMatchObject({address: '192.168.50.1'});
			expect(raisedForRows(netwatch)).not.toContain('connect-silent');
		},
	},
	{
		rule: 'source-not-routed',
		title: 'the kernel has no IPv6 address to choose but ::1',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			near.run('ip', '-6', 'addr', 'flush', 'dev', near.device);
			near.run('ip', '-6', 'route', 'add', 'default', 'dev', near.device);
			const netwatch = watchConnects(context, near, [{host: '2001:db8::1', port: 443}]);
			const record = await finding(netwatch, 'source-not-routed');
			expect(record.message).toContain('its source is the loopback address [::1]');
		},
	},
	{
		rule: 'source-not-routed',
		title: 'a loopback address is pinned as the source of what leaves the host',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			const netwatch = watchConnects(context, near, [{host: far.v4, port: 443, localAddress: '127.0.0.1'}]);
			const record = await finding(netwatch, 'source-not-routed');
			expect(record.message).toContain('cannot have the loopback address 127.0.0.1 as its source');
			expect(raisedForRows(netwatch)).toEqual(['source-not-routed']);
		},
	},
];
