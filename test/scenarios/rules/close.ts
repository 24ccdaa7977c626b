import {expect} from 'vitest';
import {z} from 'zod';
import {type Netwatch, startNetwatch} from '../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../helpers/process/paths.ts';
import {alarmsOf, watchEnds} from '../../helpers/scenarios/places.ts';
import {finding, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

/** Lets the program of `quits` go on once a sample has shown its client's buffer empty behind the first word. */
const greeted = async (netwatch: Netwatch): Promise<void> => {
	await netwatch.fact('greeted', z.object({}));
	await netwatch.until(() =>
		[...netwatch.rows.values()].find(
			({role, process}) => role === 'client' && process?.bytesWritten && process.writableLength === 0,
		),
	);
	netwatch.write('quit\n');
};

export const scenarios: readonly Scenario[] = [
	{
		rule: 'close-wait-leak',
		title: 'a client that gets the end and never closes',
		async run(context) {
			const netwatch = watchEnds(context, 'endsSoon', 'neverEnds');
			const record = await finding(netwatch, 'close-wait-leak');
			expect(record).toMatchObject({severity: 'warn', phase: 'close', operation: 'shutdown'});
			expect(record.message).toContain('has not called end() or destroy()');
			const facts = record.evidence.map(({fact}) => fact).join('\n');
			expect(facts).toContain('CLOSE-WAIT');
			expect(facts).toMatch(/made at \S*ends\.cjs:\d+/);
			expect(record.next).toMatchObject({argv: expect.arrayContaining(['ss'])});
		},
	},
	{
		rule: 'close-wait-leak',
		title: 'a client that does not read, and so never comes to the end',
		async run(context) {
			const netwatch = watchEnds(context, 'endsSoon', 'ignores');
			const record = await finding(netwatch, 'close-wait-leak');
			expect(record.message).toContain('8 bytes wait unread');
		},
	},
	{
		rule: 'close-wait-leak',
		title: 'a tunnel through a proxy that has ended it',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, target('tunnel'), 'ended']);
			const record = await finding(netwatch, 'close-wait-leak');
			expect(netwatch.rows.get(record.id ?? '')).toMatchObject({
				role: 'client',
				http: {protocol: 'tunnel', open: 0},
			});
		},
	},
	{
		rule: 'fin-wait-stuck',
		title: 'a server that has ended, and waits for a client that does not',
		async run(context) {
			const netwatch = watchEnds(context, 'endsSoon', 'neverEnds');
			const record = await finding(netwatch, 'fin-wait-stuck');
			expect(record).toMatchObject({severity: 'warn', phase: 'close', operation: 'shutdown'});
			expect(record.evidence.map(({fact}) => fact).join('\n')).toContain('FIN-WAIT-2');
		},
	},
	...[
		{
			ends: ['ignores', 'destroysUnsent'],
			title: 'a client that destroys while most waits in its memory',
			how: 'the program destroyed the socket',
		},
		{
			ends: ['throwsAway', 'ignores'],
			title: 'a server that destroys in the turn in which it writes',
			how: 'the program destroyed the socket',
		},
		{
			ends: ['ignores', 'exitsUnsent'],
			title: 'a process that exits while most waits in its memory',
			how: 'the process exited',
		},
	].map(
		({ends: [server = '', client = ''], title, how}): Scenario => ({
			rule: 'unsent-destroyed',
			title,
			async run(context) {
				const netwatch = watchEnds(context, server, client);
				const record = await finding(netwatch, 'unsent-destroyed');
				expect(record).toMatchObject({severity: 'warn', phase: 'close', operation: 'destroy'});
				expect(record.message).toContain(`${how} with 8.0M in its buffer, at least `);
			},
		}),
	),
	{
		rule: 'unsent-destroyed',
		title: 'is not raised for a client that waits until all is sent',
		async run(context) {
			const netwatch = watchEnds(context, 'reads', 'destroysSent');
			await netwatch.until(() =>
				[...netwatch.rows.values()].find(({role, closedAt}) => role === 'client' && closedAt !== null),
			);
			netwatch.write('end\n');
			await netwatch.ended;
			expect(alarmsOf(netwatch)).toEqual([]);
		},
	},
	{
		rule: 'unsent-destroyed',
		title: 'is not raised for a word over TLS that was sent and not confirmed yet',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('quits'), 'sent']);
			await greeted(netwatch);
			const {received} = await netwatch.fact('goodbye', z.object({received: z.string()}));
			expect(received).toBe('helloquit');
			await netwatch.until(() =>
				[...netwatch.rows.values()].find(({role, kernel}) => role === 'client' && kernel?.final),
			);
			netwatch.write('end\n');
			await netwatch.ended;
			expect(alarmsOf(netwatch)).toEqual([]);
		},
	},
	{
		rule: 'unsent-destroyed',
		title: 'a word that waited for TLS behind another one',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('quits'), 'behind']);
			await greeted(netwatch);
			const {received} = await netwatch.fact('goodbye', z.object({received: z.string()}));
			expect(received).toBe('helloquit');
			const record = await finding(netwatch, 'unsent-destroyed');
			expect(record).toMatchObject({severity: 'warn', operation: 'destroy', phase: 'close'});
			expect(record.message).toMatch(/with 8 in its buffer, at least 4 of it not sent$/);
		},
	},
	{
		rule: 'reset-after-end',
		title: 'a server that answers the end with a reset: all had been acknowledged, and the row is closed',
		async run(context) {
			const netwatch = watchEnds(context, 'resetsAtEnd', 'endsGreeted');
			const record = await finding(netwatch, 'reset-after-end');
			expect(record).toMatchObject({severity: 'info', phase: 'close', operation: 'shutdown'});
			expect(record.message).toMatch(
				/answered with a reset after .*: all that was written had been acknowledged$/,
			);
			const row = await netwatch.until(() =>
				[...netwatch.rows.values()].find(({id, stage}) => id === record.id && stage === 'closed'),
			);
			expect(row.error).toBeNull();
			expect(netwatch.stepsOf(record.id ?? '').find(({step}) => step === 'close')).toMatchObject({
				reason: 'local-end',
			});
			expect(alarmsOf(netwatch)).toEqual([]);
		},
	},
	{
		rule: 'reset-after-end',
		title:
			'a server that resets behind the end what it has not taken: the row fails, with the bytes that are lost',
		async run(context) {
			const netwatch = watchEnds(context, 'resetsUnread', 'endsFull');
			const record = await finding(netwatch, 'reset-after-end');
			expect(record).toMatchObject({severity: 'warn', operation: 'read'});
			expect(record.message).toMatch(
				/of 262144 bytes that were written, \d+ bytes had not been acknowledged and are lost$/,
			);
			await netwatch.until(() =>
				[...netwatch.rows.values()].find(
					({id, stage, error}) => id === record.id && stage === 'failed' && error?.code === 'ECONNRESET',
				),
			);
		},
	},
	{
		rule: 'reset-after-end',
		title: 'a server that resets instead of answering what came before the end',
		async run(context) {
			const netwatch = watchEnds(context, 'resetsSilently', 'endsAsking');
			const record = await finding(netwatch, 'reset-after-end');
			expect(record).toMatchObject({severity: 'warn', operation: 'read'});
			expect(record.message).toMatch(/and no byte had come back$/);
		},
	},
];
