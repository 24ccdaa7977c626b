import {expect} from 'vitest';
import {z} from 'zod';
import {canLayCable, layCable} from '../../helpers/network/cable.ts';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';
import type {Lifetime} from '../../helpers/process/temporary-directory.ts';
import {cleared, finding, raisedRules, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const ready = z.object({port: z.number()});
const noNamespace = canLayCable() ? null : 'needs root, or user namespaces';

/** Unwatched clients. */
const knock = (
	context: Lifetime,
	port: number,
	count: number,
	{
		host = '127.0.0.1',
		through = [],
		pauseMs = 0,
	}: {host?: string; through?: readonly string[]; pauseMs?: number} = {},
) => {
	const knocks = [targetNode, scenarioProgram('knocks'), host, String(port), String(count), String(pauseMs)];
	const [command = '', ...words] = [...through, ...knocks];
	return start(context, command, words);
};

/** A program that may have so many descriptors. */
const limited = (descriptors: number, name: string): readonly string[] => [
	...['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh'],
	...[targetNode, scenarioProgram(name)],
];

/** Descriptors of a Node program that has opened none itself, and those that every program here was given. */
const ofNode = 22;

export const scenarios: readonly Scenario[] = [
	{
		rule: 'accept-queue-full',
		title: 'a blocked server with a backlog of two, and clients on another host',
		skip: noNamespace,
		async run(context) {
			const {near, far} = await layCable(context, {near: ['10.77.1.1/24'], far: ['10.77.1.2/24']});
			const netwatch = startNetwatch(
				context,
				[...near.enter, targetNode, scenarioProgram('blocks'), '2', '5000'],
				{
					env: {HOST: '10.77.1.1'},
				},
			);
			const {port} = await netwatch.fact('ready', ready);
			knock(context, port, 9, {host: '10.77.1.1', through: far.enter, pauseMs: 150});
			const record = await finding(netwatch, 'accept-queue-full', ({message}) => /has not run/.test(message));
			expect(record).toMatchObject({
				...{severity: 'error', phase: 'accept', operation: 'accept'},
				local: {address: '10.77.1.1', port},
			});
			expect(record.message).toMatch(/3 connections wait and the limit is 2/);
			expect(record.evidence).toContainEqual(
				expect.objectContaining({source: 'kernel', fact: 'LISTEN with Recv-Q 3 of Send-Q 2'}),
			);
			expect(record.evidence).toContainEqual(expect.objectContaining({source: 'load'}));
			await cleared(netwatch, record);
		},
	},
	{
		rule: 'accept-queue-growing',
		title: 'clients wait at a server without a hook',
		async run(context) {
			const unwatched = ['env', '-u', 'NODE_OPTIONS', targetNode];
			const netwatch = startNetwatch(context, [...unwatched, scenarioProgram('blocks'), '8', '6000']);
			const {port} = await netwatch.fact('ready', ready);
			knock(context, port, 8, {pauseMs: 150});
			const record = await finding(netwatch, 'accept-queue-growing');
			expect(record).toMatchObject({severity: 'warn', phase: 'accept', operation: 'accept', local: {port}});
			expect(record.message).toMatch(/6 connections wait in a queue for 8/);
			await cleared(netwatch, record);
			expect(raisedRules(netwatch)).not.toContain('accept-queue-full');
		},
	},
	{
		rule: 'loop-blocked',
		title: 'a server that is blocked for three seconds while clients wait',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('blocks'), '64', '4000']);
			const {port} = await netwatch.fact('ready', ready);
			knock(context, port, 6, {pauseMs: 150});
			const record = await finding(netwatch, 'loop-blocked');
			expect(record).toMatchObject({severity: 'warn', phase: 'accept', operation: 'accept', local: {port}});
			expect(record.message).toMatch(/while 4 connections waited/);
			expect(record.next).toEqual({argv: expect.arrayContaining(['top', String(record.pid)])});
			await cleared(netwatch, record);
			expect(raisedRules(netwatch)).not.toContain('accept-queue-full');
		},
	},
	{
		rule: 'loop-late',
		title: 'a server that is blocked for two seconds, without a waiting client',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('blocks'), '64', '2000']);
			const {port} = await netwatch.fact('ready', ready);
			knock(context, port, 2);
			const record = await finding(netwatch, 'loop-late');
			expect(record).toMatchObject({severity: 'info', phase: 'accept', operation: 'accept', local: {port}});
			await cleared(netwatch, record);
			expect(raisedRules(netwatch)).not.toContain('loop-blocked');
		},
	},
	{
		rule: 'loop-blocked',
		title: 'is not raised for a server that works in pieces of 100 ms',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('works-in-pieces')]);
			await netwatch.fact('ready', ready);
			await netwatch.fact('done', z.object({answers: z.number()}));
			const raised = netwatch.all('diagnosis').filter(({severity}) => severity !== 'info');
			expect(raised).toEqual([]);
		},
	},
	{
		rule: 'descriptors-low',
		title: 'a server with few descriptors left',
		async run(context) {
			const netwatch = startNetwatch(context, limited(60, 'holds'));
			const {port} = await netwatch.fact('ready', ready);
			knock(context, port, 57 - ofNode);
			const record = await finding(netwatch, 'descriptors-low');
			expect(record).toMatchObject({severity: 'warn', phase: 'accept', operation: 'accept', local: {port}});
			expect(record.message).toMatch(/has 5\d of 60 open/);
			expect(raisedRules(netwatch)).not.toContain('descriptors-exhausted');
		},
	},
	{
		rule: 'descriptors-exhausted',
		title: 'a server that has no descriptor for another connection',
		async run(context) {
			const netwatch = startNetwatch(context, limited(40, 'holds'));
			const {port} = await netwatch.fact('ready', ready);
			const clients = knock(context, port, 40);
			const record = await finding(netwatch, 'descriptors-exhausted');
			expect(record).toMatchObject({severity: 'error', phase: 'accept', operation: 'accept', local: {port}});
			expect(record.evidence[0]?.fact).toMatch(/the soft limit is 40/);
			expect(record.next).toEqual({argv: ['ls', '-l', `/proc/${record.pid}/fd`]});
			await clients.end();
			await cleared(netwatch, record);
		},
	},
	{
		rule: 'max-connections',
		title: 'a server that may have two connections gets four',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, target('max-connections')]);
			const clients = z.array(z.object({port: z.number()}));
			const fact = await netwatch.fact('ready', z.object({clients}));
			const record = await finding(netwatch, 'max-connections');
			expect(record).toMatchObject({severity: 'warn', phase: 'accept', operation: 'accept'});
			// The second may be dropped a moment later.
			const dropped = fact.clients.slice(2).map(({port}) => port);
			expect(dropped).toContain(record.peer !== null && 'port' in record.peer ? record.peer.port : null);
			expect(record.message).toMatch(/maxConnections 2/);
		},
	},
	{
		rule: 'accepted-then-closed',
		title: 'a server that destroys whatever it accepts',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('turns-away'), '6', '1']);
			const {port} = await netwatch.fact('ready', ready);
			const record = await finding(netwatch, 'accepted-then-closed', ({severity}) => severity === 'warn');
			expect(record).toMatchObject({phase: 'accept', operation: 'accept', local: {port}});
			expect(record.message).toMatch(/of 6 connections at once/);
		},
	},
	{
		rule: 'accepted-then-closed',
		title: 'is of severity info where most of them are answered',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('turns-away'), '9', '3']);
			await netwatch.fact('ready', ready);
			const record = await finding(netwatch, 'accepted-then-closed');
			expect(record.severity).toBe('info');
		},
	},
];
