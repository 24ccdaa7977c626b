// Ways to a connection, and ways to fail, under the built netwatch: each step is compared with the program's facts.
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {type Netwatch, socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';
import {agreedRow, names, rowOf} from '../../../helpers/records/match-rows.ts';

const bothEnds = z.object({client: socketFact, server: socketFact});

const watch = (context: TestContext, name: string): Netwatch =>
	startNetwatch(context, [targetNode, target(name)]);

/** Node 18 reports no attempts, and no listen() that failed. */
const testSince20 = test.skipIf(targetMajor < 20);

/** The only row of a run that has ended. */
const onlyRow = async (netwatch: Netwatch) => {
	expect(await netwatch.summary()).toMatchObject({rows: 1});
	const [row = expect.unreachable()] = netwatch.rows.values();
	return {row, steps: netwatch.stepsOf(row.id)};
};

describe.concurrent('a race of addresses', () => {
	testSince20('each attempt with its outcome, in order, and which one won (needs Node 20)', async context => {
		const netwatch = watch(context, 'race');
		const fact = z.object({host: z.string(), port: z.number(), candidates: z.array(z.string())});
		const {host, port, candidates} = await netwatch.fact('candidates', fact);
		const {client} = await netwatch.fact('ready', z.object({client: socketFact}));
		const row = await agreedRow(netwatch, client, {role: 'client'});
		const attempt = {n: candidates.length, of: candidates.length};
		expect(row).toMatchObject({host, attempt, peer: {address: candidates.at(-1), port}});
		netwatch.write('end\n');
		await netwatch.summary();

		const attemptFact = z.object({
			fact: z.string(),
			at: z.number(),
			address: z.string(),
			code: z.string().optional(),
		});
		const attempts = ['attempt', 'attempt-failed', 'attempt-timeout']
			.flatMap(name => netwatch.facts(name, attemptFact))
			.sort((one, other) => one.at - other.at);
		const steps = netwatch.stepsOf(row.id);
		expect(names(steps)).toEqual([
			...['create', 'lookup-start', 'lookup'],
			...attempts.map(({fact: name}) => name),
			...['connect', 'close'],
		]);
		expect(steps.filter(({step}) => step.startsWith('attempt'))).toMatchObject(
			attempts.map(({address, code}) => ({address: {address, port}, error: code ?? null})),
		);
		expect(steps.find(({step}) => step === 'lookup')).toMatchObject({host, candidates, error: null});
		const silent = steps.find(({step}) => step === 'attempt-timeout');
		expect(Number(silent?.ms)).toBeGreaterThan(290);
	});

	testSince20(
		'an attempt without an answer: its row stays in connect, and in SYN-SENT (needs Node 20)',
		async context => {
			const netwatch = watch(context, 'never-answers');
			const {port, inode} = await netwatch.fact(
				'connecting',
				z.object({port: z.number(), inode: z.number()}),
			);
			const row = await netwatch.until(() => {
				const found = [...netwatch.rows.values()].find(({kernel}) => kernel?.inode === inode);
				expect(found).toMatchObject({
					...{role: 'client', stage: 'connect', attempt: {n: 1, of: 1}, joinedBy: 'inode', closedAt: null},
					...{peer: {address: '127.0.0.1', port}, kernel: {state: 'SYN-SENT'}, route: {dev: 'lo'}},
					process: {readyState: 'opening', pending: true},
				});
				return found;
			});
			netwatch.write('end\n');
			await netwatch.summary();
			expect(names(netwatch.stepsOf(row.id))).toEqual(['create', 'attempt', 'close']);
		},
	);
});

describe.concurrent('a connection that fails', () => {
	testSince20('refused: at once, at connect, by this address (needs Node 20)', async context => {
		const netwatch = watch(context, 'refused');
		const {row, steps} = await onlyRow(netwatch);
		const fact = z.object({code: z.string(), address: z.string(), port: z.number()});
		const {code, address, port} = await netwatch.fact('error', fact);
		expect(names(steps)).toEqual(['create', 'attempt', 'attempt-failed', 'error', 'close']);
		expect(row).toMatchObject({
			...{stage: 'failed', role: 'client', peer: {address, port}},
			error: {operation: 'connect', phase: 'connect', code, message: `connect ${code} ${address}:${port}`},
		});
		// The socket is in no snapshot: the kernel reports only its end, to processes that listen for it by then.
		const {kernel, joinedBy} = row;
		if (kernel === null) expect(joinedBy).toBe(null);
		else {
			const end = {state: 'UNCONN', inode: null, final: true, peer: {address, port}};
			expect({kernel, joinedBy}).toMatchObject({kernel: end, joinedBy: 'tuple'});
		}
		expect(steps.at(-1)).toMatchObject({hadError: true, reason: 'error'});
	});

	test('a name that does not resolve fails in the row, by a resolver of the program', async context => {
		const netwatch = watch(context, 'lookup-fails');
		const {row, steps} = await onlyRow(netwatch);
		const {host} = await netwatch.fact('lookup', z.object({host: z.string()}));
		const {code} = await netwatch.fact('error', z.object({code: z.string()}));
		expect(names(steps)).toEqual(['create', 'lookup-start', 'lookup', 'error', 'close']);
		expect(row).toMatchObject({
			...{stage: 'failed', host, local: null, peer: null, kernel: null, route: null},
			error: {operation: 'lookup', phase: 'lookup', code},
		});
		expect(steps[2]).toMatchObject({host, candidates: [], error: code});
		expect(Number(steps[2]?.ms)).toBeGreaterThan(40);
	});

	testSince20('every address of a name refuses: each with its code (needs Node 20)', async context => {
		const {row, steps} = await onlyRow(watch(context, 'unhandled-error-aggregate'));
		const refused = (address: string) => ({address: {address, port: 1, family: 4}, code: 'ECONNREFUSED'});
		expect(row).toMatchObject({stage: 'failed', attempt: {n: 2, of: 2}, error: {phase: 'connect'}});
		expect(row.error?.message).toBe('connect ECONNREFUSED 127.0.0.1:1, ECONNREFUSED 127.0.0.2:1');
		expect(steps.find(({step}) => step === 'error')).toMatchObject({
			candidates: [refused('127.0.0.1'), refused('127.0.0.2')],
		});
	});

	test('a connection reset by the peer fails at read, with the bytes transferred until then', async context => {
		const netwatch = watch(context, 'reset');
		const {client, server} = await netwatch.fact('before', bothEnds);
		const summary = await netwatch.summary();
		expect(summary).toMatchObject({rows: 3, byCode: {ECONNRESET: 1}, byStage: {failed: 1, closed: 2}});
		const row = rowOf(netwatch, client);
		expect(row).toMatchObject({
			stage: 'failed',
			error: {operation: 'read', phase: 'read', code: 'ECONNRESET'},
		});
		expect(netwatch.stepsOf(row?.id ?? '').at(-1)).toMatchObject({
			...{step: 'close', hadError: true, reason: 'reset'},
			...{bytesRead: client.bytesRead, bytesWritten: client.bytesWritten},
		});
		const other = rowOf(netwatch, server);
		expect(other).toMatchObject({stage: 'closed', error: null});
		expect(netwatch.stepsOf(other?.id ?? '').at(-1)).toMatchObject({
			...{step: 'close', hadError: false, reason: 'local-destroy'},
			...{bytesRead: server.bytesRead, bytesWritten: server.bytesWritten},
		});
	});

	testSince20(
		'a port that is taken: the listener that wanted it has failed at bind (needs Node 20)',
		async context => {
			const netwatch = watch(context, 'eaddrinuse');
			const summary = await netwatch.summary();
			expect(summary).toMatchObject({rows: 2, byCode: {EADDRINUSE: 1}, exitCode: 1});
			const [holder, wanting] = [...netwatch.rows.values()];
			expect(holder).toMatchObject({role: 'listener', stage: 'closed', error: null});
			expect(wanting).toMatchObject({
				...{role: 'listener', stage: 'failed', local: holder?.local},
				error: {operation: 'listen', phase: 'bind', code: 'EADDRINUSE'},
			});
			expect(names(netwatch.stepsOf(wanting?.id ?? ''))).toEqual(['bind-error']);
		},
	);

	testSince20('an attempt that the program itself gives up (needs Node 20)', async context => {
		const netwatch = watch(context, 'timeout-while-connecting');
		await netwatch.summary();
		const row = [...netwatch.rows.values()].find(({stage}) => stage === 'failed');
		expect(row).toMatchObject({
			...{role: 'client', attempt: {n: 1, of: 1}},
			error: {code: 'Error', message: 'no connection within 200 ms'},
		});
		expect(netwatch.stepsOf(row?.id ?? '').at(-1)).toMatchObject({
			step: 'close',
			hadError: true,
			reason: 'timeout',
		});
	});
});
