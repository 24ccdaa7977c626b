// A reject, and a listener that takes something else.
import {expect} from 'vitest';
import {startNetwatch} from '../../../support/netwatch.ts';
import {target, targetNode} from '../../../support/program.ts';
import {listen, needsNetwork, network, watchConnects} from '../../network.ts';
import {finding, type Scenario, toldRules} from '../../support.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'connect-refused',
		title: 'a client of a port on which nobody listens',
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
			expect(toldRules(netwatch)).toEqual(['connect-refused']);
		},
	},
	{
		rule: 'connect-refused-elsewhere',
		title: 'a server of the other family, which nobody watches, has the port',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			const port = await listen(context, near, {host: '::', ipv6Only: true});
			const netwatch = watchConnects(context, near, [{host: '127.0.0.1', port}]);
			const record = await finding(netwatch, 'connect-refused-elsewhere');
			expect(record.message).toContain(`the listener on that port takes IPv6 only ([::]:${port})`);
			expect(toldRules(netwatch)).toEqual(['connect-refused-elsewhere']);
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
];
