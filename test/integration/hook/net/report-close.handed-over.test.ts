// Connections that one process hands to another.
import {expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {type Netwatch, type Row, socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {rowOf} from '../../../helpers/records/match-rows.ts';

const fact = z.object({pid: z.number(), child: z.number(), accepted: socketFact, passed: socketFact});

const connected = z.object({pid: z.number(), passed: socketFact});

/** Starts the program, and lets it hand its client over once that has a row. */
const watch = async (context: TestContext, ...args: string[]): Promise<Netwatch> => {
	const netwatch = startNetwatch(context, [targetNode, target('passes-sockets'), ...args]);
	const {passed} = await netwatch.fact('connected', connected);
	await netwatch.until(() => rowOf(netwatch, passed)?.process);
	netwatch.write('pass\n');
	return netwatch;
};

const rowsOf = (netwatch: Netwatch, pid: number): Row[] =>
	[...netwatch.rows.values()].filter(row => row.pid === pid && !row.id.startsWith('k.') && row.peer !== null);

test('each row names the process of the other, and the receiver has host, role and listener of the sender', async context => {
	const netwatch = await watch(context);
	const {pid, child, accepted, passed} = await netwatch.fact('passed', fact);
	const find = (of: number, local: unknown, peer: unknown, hasEnded: boolean) =>
		netwatch.until(() =>
			rowsOf(netwatch, of).find(
				row =>
					JSON.stringify([row.local, row.peer]) === JSON.stringify([local, peer]) &&
					(row.closedAt !== null) === hasEnded &&
					row.role !== null,
			),
		);
	for (const {local, peer, role} of [
		{local: accepted.peer, peer: accepted.local, role: 'server'},
		{local: passed.local, peer: passed.peer, role: 'client'},
	]) {
		const sender = await find(pid, local, peer, true);
		const receiver = await find(child, local, peer, false);
		const {host, listener} = sender;
		expect(receiver).toMatchObject({role, host, listener, stage: 'open'});
		expect(role === 'server' ? listener : host).not.toBeNull();
		const ofSender = await netwatch.until(() => {
			const steps = netwatch.stepsOf(sender.id);
			return steps.some(({step}) => step === 'handed-over') && steps;
		});
		expect(ofSender.slice(-2)).toMatchObject([
			{step: 'close', hadError: false, reason: 'handed-over'},
			{step: 'handed-over', pid: child, row: receiver.id},
		]);
		expect(netwatch.stepsOf(receiver.id)).toContainEqual(
			expect.objectContaining({step: 'received', pid, row: sender.id}),
		);
	}

	netwatch.write('end\n');
	expect(await netwatch.summary()).toMatchObject({dropped: 0, exitCode: 0});
});

test('a connection that a process without hook has got is not open against the will of the sender', async context => {
	const netwatch = await watch(context, 'bare');
	const {pid, child, passed} = await netwatch.fact('passed', fact);
	const row = await netwatch.until(() =>
		rowsOf(netwatch, pid).find(each => each.closedAt !== null && each.host === 'localhost'),
	);
	expect(netwatch.stepsOf(row.id).at(-1)).toMatchObject({step: 'close', reason: 'handed-over'});
	// The kernel shows it open, with the child as its owner, for longer than a finding takes.
	await netwatch.until(() =>
		[...netwatch.rows.values()].find(
			({id, pid: owner, kernel}) =>
				id.startsWith('k.') && owner === child && kernel?.inode === passed.inode && kernel?.state === 'ESTAB',
		),
	);
	await netwatch.until(() => netwatch.all('kernel').some(({at}) => at > (row.closedAt ?? 0) + 5000));
	netwatch.write('end\n');
	await netwatch.summary();
	expect(netwatch.all('diagnosis').filter(({rule}) => rule === 'destroyed-but-open')).toEqual([]);
});
