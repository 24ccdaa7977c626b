// Resources of this host that are missing for a connection.
import {expect} from 'vitest';
import {finding, raisedRules, type Scenario} from '../../../helpers/scenarios/scenario.ts';
import {
	far,
	listen,
	needsNetwork,
	network,
	raisedForRows,
	set,
	watchConnects,
} from '../../../helpers/scenarios/two-hosts.ts';

const range = 'net.ipv4.ip_local_port_range=40000 40003';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'local-address-family',
		title: 'an IPv6 address is pinned for a connection over IPv4',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			const netwatch = watchConnects(context, near, [{host: far.v4, port: 443, localAddress: 'fd77::1'}]);
			const record = await finding(netwatch, 'local-address-family');
			expect(record).toMatchObject({operation: 'bind', phase: 'connect', severity: 'error'});
			expect(record.message).toContain('the pinned local address is IPv6 and the destination IPv4');
		},
	},
	{
		rule: 'no-source-address',
		title: 'IPv6 is switched off, and a client asks for ::1',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			set(near, 'net.ipv6.conf.all.disable_ipv6=1');
			const netwatch = watchConnects(context, near, [{host: '::1', port: 443}]);
			const record = await finding(netwatch, 'no-source-address');
			expect(record.message).toContain('no interface has an IPv6 address to send from');
			expect(raisedForRows(netwatch)).toEqual(['no-source-address']);
		},
	},
	{
		rule: 'ephemeral-ports-exhausted',
		title: 'a range of four ports and six connections',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			set(near, range);
			const port = await listen(context, host, {host: far.v4});
			const netwatch = watchConnects(context, near, [
				{host: far.v4, port, times: 5},
				{host: far.v4, port, localAddress: '10.77.0.1'},
			]);
			const record = await finding(netwatch, 'ephemeral-ports-exhausted', ({message}) =>
				message.includes('4 of 4'),
			);
			expect(record.message).toContain('no local port is left for that destination, 4 of 4 are in use');
			expect(record.evidence.map(({source}) => source)).toContain('counters');
			// With a pinned address, bind() chooses the port and fails with another code.
			await finding(netwatch, 'ephemeral-ports-exhausted', ({evidence}) =>
				evidence.some(({fact}) => fact.startsWith('EADDRINUSE')),
			);
		},
	},
	{
		rule: 'ephemeral-ports-low',
		title: 'a range of four ports, and all of them are in use',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			set(near, range);
			const port = await listen(context, host, {host: far.v4});
			const netwatch = watchConnects(context, near, [{host: far.v4, port, times: 4}]);
			const record = await finding(netwatch, 'ephemeral-ports-low');
			expect(record).toMatchObject({severity: 'warn', id: null, peer: {address: far.v4, port}});
			expect(record.message).toContain('4 of 4 are in use from 10.77.0.1');
			expect(raisedRules(netwatch)).not.toContain('ephemeral-ports-exhausted');
		},
	},
	{
		rule: 'connect-no-descriptor',
		title: 'a process that may open thirty descriptors and wants more',
		async run(context) {
			const port = await listen(context, null, {host: '127.0.0.1'});
			const netwatch = watchConnects(context, null, [{host: '127.0.0.1', port, times: 30}], {
				before: ['sh', '-c', 'ulimit -n 40; exec "$@"', 'sh'],
			});
			const record = await finding(netwatch, 'connect-no-descriptor');
			expect(record.message).toMatch(/the process has no descriptor left for a socket/);
			expect(record.evidence[0]?.fact).toContain('EMFILE');
		},
	},
];
