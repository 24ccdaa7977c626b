import {expect} from 'vitest';
import {alarmsOf, connected, needsRoot, watchClient, watchEnds} from '../../helpers/scenarios/places.ts';
import {finding, type Scenario} from '../../helpers/scenarios/scenario.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'inactivity-timeout',
		title: 'a server that destroys what is silent for 300 ms',
		async run(context) {
			const netwatch = watchEnds(context, 'timesOut', 'greets');
			const record = await finding(netwatch, 'inactivity-timeout');
			expect(record).toMatchObject({severity: 'info', phase: 'idle', operation: 'destroy'});
			expect(record.message).toContain('fired after 300 ms without a byte, the program destroyed it');
			expect(alarmsOf(netwatch)).toEqual([]);
		},
	},
	{
		rule: 'keepalive-unanswered',
		title: 'a server that is gone while the connection rests: probes, then ETIMEDOUT',
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'reads', 'keepsAlive');
			await connected(hosts);
			hosts.near.lose('10.53.0.2');
			const {netwatch} = hosts;
			const record = await finding(netwatch, 'keepalive-unanswered');
			expect(record).toMatchObject({severity: 'warn', phase: 'idle', operation: 'read'});
			expect(record.message).toMatch(/\d keepalive probes went unanswered/);
			const end = await finding(netwatch, 'keepalive-unanswered', ({severity}) => severity === 'error');
			expect(end.message).toContain('failed with ETIMEDOUT');
			expect(alarmsOf(netwatch)).toEqual(['keepalive-unanswered']);
		},
	},
	{
		rule: 'keepalive-off',
		title: 'a connection through a gateway that rests without probes',
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'reads', 'greets', {
				address: '10.99.0.1',
				prepare({near, far}) {
					far.run('ip', 'address', 'add', '10.99.0.1/32', 'dev', 'lo');
					near.run('ip', 'route', 'add', 'default', 'via', '10.53.0.2');
				},
			});
			const record = await finding(hosts.netwatch, 'keepalive-off');
			expect(record).toMatchObject({severity: 'info', phase: 'idle', operation: 'read'});
			expect(record.message).toContain('the gateway 10.53.0.2');
		},
	},
];
