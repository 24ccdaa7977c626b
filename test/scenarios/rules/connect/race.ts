// Names with several addresses.
import {expect} from 'vitest';
import {finding, type Scenario} from '../../../helpers/scenarios/scenario.ts';
import {
	far,
	filter,
	listen,
	needsNetwork,
	network,
	raisedForRows,
	watchConnects,
} from '../../../helpers/scenarios/two-hosts.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'race-lost',
		title: 'IPv6 is silent, IPv4 answers',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			filter(host, 'meta nfproto ipv6 tcp dport 8080 drop');
			const port = await listen(context, host, {port: 8080});
			const netwatch = watchConnects(context, near, [
				{host: 'race.test', port, candidates: [far.v6, far.v4]},
			]);
			const record = await finding(netwatch, 'race-lost');
			expect(record.severity).toBe('warn');
			expect(record.message).toMatch(
				/^connect to race\.test \(10\.77\.0\.2:8080\) from 10\.77\.0\.1:\d+ lost [23]\d\d ms to an address of that name tried before: \[fd77::2\]:8080 given up by Node after [23]\d\d(\.\d)? ms, its limit for an attempt$/,
			);
			expect(raisedForRows(netwatch)).toEqual(['race-lost']);
		},
	},
	{
		rule: 'race-lost',
		title: 'the first address refuses at once, which costs nothing: for information only',
		async run(context) {
			const port = await listen(context, null, {host: '127.0.0.1'});
			const netwatch = watchConnects(context, null, [
				{host: 'race.test', port, candidates: ['127.0.0.2', '127.0.0.1']},
			]);
			const record = await finding(netwatch, 'race-lost');
			expect(record.severity).toBe('info');
			expect(record.message).toContain(`127.0.0.2:${port} ECONNREFUSED`);
		},
	},
	{
		rule: 'race-all-failed',
		title: 'one address refuses, the other is not reachable',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			const netwatch = watchConnects(context, near, [
				{host: 'race.test', port: 443, candidates: [far.v4, '2001:db8::9']},
			]);
			const record = await finding(netwatch, 'race-all-failed');
			expect(record.message).toContain('10.77.0.2:443 ECONNREFUSED, [2001:db8::9]:443 ENETUNREACH');
			expect(raisedForRows(netwatch)).toEqual(['race-all-failed']);
		},
	},
	{
		rule: 'race-all-failed',
		title: 'Node gives up the first of two silent addresses, and the kernel the second',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			filter(host, 'tcp dport 443 drop');
			const netwatch = watchConnects(context, near, [
				{host: 'race.test', port: 443, candidates: [far.v4, far.v6]},
			]);
			const record = await finding(netwatch, 'race-all-failed');
			expect(record.message).toMatch(
				/: 10\.77\.0\.2:443 given up by Node after [23]\d\d(\.\d)? ms, its limit for an attempt, \[fd77::2\]:443 ETIMEDOUT$/,
			);
			expect(record.evidence[0]?.fact).toMatch(/^ETIMEDOUT after 3\.\d+ s: /);
		},
	},
];
