import {expect} from 'vitest';
import {z} from 'zod';
import {type Netwatch, startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {targetVersion} from '../../helpers/process/target-version.ts';
import {cleared, finding, raisedRules, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const leaving = z.object({port: z.number()});

/** The raised rules above severity info: on a busy machine an event loop may be late. */
const aboveInfo = (netwatch: Netwatch): string[] =>
	netwatch
		.all('diagnosis')
		.filter(({severity}) => severity !== 'info')
		.map(({rule}) => rule);

export const scenarios: readonly Scenario[] = [
	{
		rule: 'server-close-waits',
		title: 'a server that closes while two clients stay',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('closes-server'), 'waits']);
			const ports = z.array(z.number());
			const fact = await netwatch.fact('closing', z.object({port: z.number(), ports}));
			const record = await finding(netwatch, 'server-close-waits');
			expect(record).toMatchObject({
				...{severity: 'warn', phase: 'close', operation: 'shutdown'},
				...{local: {port: fact.port}, peer: {port: fact.ports[0]}},
			});
			expect(record.message).toMatch(/waits for 2 connections \(idle\)/);
			expect(record.evidence.map(({fact: text}) => text).join()).toContain(`:${fact.ports[1]}`);
			netwatch.write('go on\n');
			await cleared(netwatch, record);
			netwatch.write('end\n');
			await netwatch.summary();
		},
	},
	{
		rule: 'server-close-waits',
		title: 'a server that closes while an HTTP/2 session rests',
		// Newer ones end their sessions with the server.
		skip: (targetVersion[0] ?? 0) < 24 ? null : 'Node 24 ends the session',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('closes-server'), 'session']);
			const record = await finding(netwatch, 'server-close-waits');
			expect(record.message).toMatch(/waits for 1 HTTP\/2 session \(idle\)/);
			expect(record.evidence.map(({fact}) => fact).join()).toContain('an HTTP/2 session');
			expect(record.next).toMatchObject({advice: expect.stringContaining('session.close()')});
			expect(record.severity).toBe('warn');
		},
	},
	{
		rule: 'server-close-waits',
		title: 'is not raised for a keep-alive server that ends in good order on SIGTERM',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('closes-server'), 'ends']);
			const summary = await netwatch.summary();
			expect(summary.exitCode).toBe(0);
			expect(raisedRules(netwatch)).not.toContain('server-close-waits');
			expect(aboveInfo(netwatch)).toEqual([]);
		},
	},
	{
		rule: 'leaked-at-exit',
		title: 'three clients that are open when the process exits',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('leaves'), 'leaks']);
			const {port} = await netwatch.fact('leaving', leaving);
			const record = await finding(netwatch, 'leaked-at-exit');
			expect(record).toMatchObject({severity: 'warn', phase: 'close', operation: 'destroy', peer: {port}});
			expect(record.message).toMatch(/made at .*leaves\.cjs:\d+:\d+/);
			await netwatch.summary();
			const raised = netwatch.all('diagnosis').filter(({rule}) => rule === 'leaked-at-exit');
			expect(new Set(raised.map(({id}) => id)).size).toBe(3);
			expect(new Set(aboveInfo(netwatch))).toEqual(new Set(['leaked-at-exit']));
		},
	},
	{
		rule: 'leaked-at-exit',
		title: 'is not raised for a pooled, an unreferenced and an accepted connection',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('leaves'), 'pools']);
			await netwatch.summary();
			expect(raisedRules(netwatch)).not.toContain('leaked-at-exit');
			expect(aboveInfo(netwatch)).toEqual([]);
		},
	},
];
