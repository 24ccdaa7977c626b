// The first moments of a connection.
import {expect} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {targetNode} from '../../../helpers/process/paths.ts';
import {finding, type Scenario} from '../../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../../helpers/scenarios/scenario-program.ts';
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
		rule: 'connect-slow',
		title: 'the first SYN is lost, the second arrives',
		skip: needsNetwork,
		async run(context) {
			const {near, far: host} = await network(context);
			const port = await listen(context, host, {port: 8080});
			filter(host, 'tcp dport 8080 tcp flags & (syn|ack) == syn limit rate 1/hour burst 1 packets drop');
			const netwatch = watchConnects(context, near, [{host: far.v4, port}]);
			const record = await finding(netwatch, 'connect-slow');
			expect(record.severity).toBe('warn');
			expect(record.message).toMatch(/ took 1\.\d+ s/);
		},
	},
	{
		rule: 'writes-before-connect',
		title: 'a program writes to a connection that does not come',
		skip: needsNetwork,
		async run(context) {
			const {near} = await network(context);
			near.lose(far.v4);
			const netwatch = watchConnects(context, near, [{host: far.v4, port: 443, write: 2000}]);
			const record = await finding(netwatch, 'writes-before-connect');
			expect(record).toMatchObject({severity: 'info', operation: 'connect'});
			expect(record.message).toContain('2.0k bytes that were written wait for it');
		},
	},
	{
		rule: 'closed-at-once',
		title: 'a server accepts and ends each connection without a byte',
		async run(context) {
			const port = await listen(context, null, {host: '127.0.0.1', onConnection: 'end'});
			const netwatch = watchConnects(context, null, [{host: '127.0.0.1', port, write: 10}]);
			const record = await finding(netwatch, 'closed-at-once');
			expect(record.severity).toBe('warn');
			expect(record.message).toMatch(
				/the other side had closed the connection without a byte although 10 bytes/,
			);
			expect(raisedForRows(netwatch)).toEqual(['closed-at-once']);
		},
	},
	{
		rule: 'closed-at-once',
		title: 'an HTTP server ends a connection on which it has just been asked',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('http-reset'), 'at-once']);
			const record = await finding(netwatch, 'closed-at-once');
			expect(record).toMatchObject({severity: 'error', phase: 'connect', operation: 'connect'});
		},
	},
	{
		rule: 'closed-at-once',
		title: 'a server accepts and resets each connection',
		async run(context) {
			const port = await listen(context, null, {host: '127.0.0.1', onConnection: 'reset'});
			const netwatch = watchConnects(context, null, [{host: '127.0.0.1', port}]);
			const record = await finding(netwatch, 'closed-at-once');
			expect(record.message).toMatch(/had reset the connection|was made, and reset by the other side/);
		},
	},
];
