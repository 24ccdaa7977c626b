// Threads, child processes and pools under the built netwatch: the owner of each row, compared with their facts.
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {type Netwatch, socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {agreedRow, expectAllClosed, names, rowOf} from '../../../helpers/records/match-rows.ts';

const watch = (context: TestContext, name: string): Netwatch =>
	startNetwatch(context, [targetNode, target(name)]);

const listenerAt = (netwatch: Netwatch, port: number, pid: number) =>
	[...netwatch.rows.values()].find(
		row =>
			row.role === 'listener' &&
			row.pid === pid &&
			row.local &&
			'port' in row.local &&
			row.local.port === port,
	);

describe.concurrent('threads and processes', () => {
	test('the rows of a worker thread have its number, and the process is counted once', async context => {
		const netwatch = watch(context, 'worker');
		const fact = z.object({pid: z.number(), thread: z.number(), port: z.number(), client: socketFact});
		const {pid, thread, port, client} = await netwatch.fact('ready', fact);
		const accepted = z.object({pid: z.number(), thread: z.number(), server: socketFact});
		const served = await netwatch.fact('accepted', accepted);
		const row = await agreedRow(netwatch, client, {role: 'client', pid, thread});
		// The process has answered since its first report.
		const server = {...served.server, bytesWritten: served.server.bytesRead};
		const other = await agreedRow(netwatch, server, {role: 'server', pid, thread: served.thread});
		expect(served.thread).not.toBe(thread);
		expect(other.listener).toBe(listenerAt(netwatch, port, pid)?.id);
		expect(other.proc).toBe(row.proc);
		expect(netwatch.all('process').map(process => [process.event, process.pid, process.thread])).toEqual([
			['start', pid, thread],
			['start', pid, served.thread],
		]);
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
	});

	test('the rows of a terminated worker close, and the process stays', async context => {
		const netwatch = watch(context, 'terminates-worker');
		const fact = z.object({
			pid: z.number(),
			workerThread: z.number(),
			client: socketFact,
			server: socketFact,
		});
		const {pid, workerThread, client, server} = await netwatch.fact('ready', fact);
		const rows = [await agreedRow(netwatch, client), await agreedRow(netwatch, server, {stage: 'accepted'})];
		netwatch.write('terminate\n');
		const lost = await netwatch.until(() => netwatch.all('process').find(({event}) => event === 'lost'));
		expect(lost).toMatchObject({pid, thread: workerThread, exitCode: null});
		for (const {id} of rows) await netwatch.until(() => typeof netwatch.rows.get(id)?.closedAt === 'number');
		expect(netwatch.all('process').filter(({event}) => event === 'exit')).toEqual([]);
	});

	test('a cluster has its listener in the primary, and each connection in the worker that accepted it', async context => {
		const netwatch = watch(context, 'cluster');
		const fact = z.object({
			...{pid: z.number(), port: z.number()},
			...{workers: z.array(z.number()), clients: z.array(socketFact)},
		});
		const {pid, port, workers, clients} = await netwatch.fact('ready', fact);
		for (const client of clients) await agreedRow(netwatch, client, {role: 'client', pid});
		const taken = await netwatch.until(() => {
			const facts = netwatch.facts('accepted', z.object({pid: z.number(), server: socketFact}));
			return facts.length === workers.length && facts;
		});
		expect(taken.map(accepted => accepted.pid).sort()).toEqual([...workers].sort());
		for (const {pid: worker, server} of taken) {
			const row = await agreedRow(
				netwatch,
				{...server, bytesWritten: server.bytesRead},
				{role: 'server', pid: worker},
			);
			await netwatch.until(() => {
				const share = listenerAt(netwatch, port, worker);
				expect(row.listener).toBe(share?.id);
				expect(share).toMatchObject({listener: listenerAt(netwatch, port, pid)?.id, kernel: null});
				return true;
			});
		}

		// A row is written once a second at most: the listener's may be older than those of its connections.
		await netwatch.until(() => listenerAt(netwatch, port, pid)?.kernel);
		expect(listenerAt(netwatch, port, pid)).toMatchObject({
			...{listener: null, kernel: {state: 'LISTEN'}, joinedBy: 'inode'},
		});
		const started = netwatch.all('process').filter(({event}) => event === 'start');
		expect(started.map(process => process.pid).sort()).toEqual([pid, ...workers].sort());
		expect(started.slice(1).map(({ppid}) => ppid)).toEqual([pid, pid]);
		netwatch.write('end\n');
		// The shares are not counted.
		expectAllClosed(await netwatch.summary(), 5);
	});

	test('a socket passed to a forked child is closed for the parent, with all its views for the child', async context => {
		const netwatch = watch(context, 'fork');
		const fact = z.object({pid: z.number(), child: z.number(), text: z.string(), client: socketFact});
		const {pid, child, text, client} = await netwatch.fact('ready', fact);
		await agreedRow(netwatch, client, {role: 'client', pid});
		const {server} = await netwatch.fact('received', z.object({server: socketFact}));
		const row = await agreedRow(netwatch, {...server, bytesWritten: text.length}, {pid: child});
		const ofParent = await netwatch.until(() =>
			[...netwatch.rows.values()].find(({role, stage}) => role === 'server' && stage === 'closed'),
		);
		expect(ofParent).toMatchObject({pid, local: row.local, peer: row.peer, kernel: null});
		const steps = netwatch.stepsOf(ofParent.id);
		expect(steps.find(({step}) => step === 'close')).toMatchObject({hadError: false, reason: 'handed-over'});
		// Both hooks have reported by then.
		expect(steps.at(-1)).toMatchObject({step: 'handed-over'});
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 4);
	});

	test('a killed child is lost, and its rows are closed with it', async context => {
		const netwatch = watch(context, 'fork');
		const {child, text} = await netwatch.fact('ready', z.object({child: z.number(), text: z.string()}));
		const {server} = await netwatch.fact('received', z.object({server: socketFact}));
		const {id} = await agreedRow(netwatch, {...server, bytesWritten: text.length}, {pid: child});
		process.kill(child, 'SIGKILL');
		const lost = await netwatch.until(() => netwatch.all('process').find(({event}) => event === 'lost'));
		expect(lost).toMatchObject({pid: child, thread: 0, exitCode: null});
		// The kernel may keep its socket in TIME-WAIT.
		await netwatch.until(() => netwatch.rows.get(id)?.closedAt !== null);
		expect(netwatch.stepsOf(id).at(-1)).toMatchObject({step: 'close', reason: 'exit'});
	});
});

describe.concurrent('connection pools', () => {
	test('a keep-alive agent with five requests has one row per side, with the last request as its label', async context => {
		const netwatch = watch(context, 'agent-keepalive');
		const fact = z.object({client: socketFact, servers: z.array(socketFact)});
		const {client, servers} = await netwatch.fact('ready', fact);
		expect(servers).toHaveLength(1);
		for (const socket of [client, ...servers]) {
			await agreedRow(netwatch, socket);
			await netwatch.until(() => rowOf(netwatch, socket)?.label === 'GET /5 200');
		}

		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
		const row = rowOf(netwatch, client);
		expect(names(netwatch.stepsOf(row?.id ?? '')).filter(name => name === 'connect')).toHaveLength(1);
	});

	test('the global fetch has a client row for each connection of its server', async context => {
		const netwatch = watch(context, 'fetch');
		const {servers} = await netwatch.fact('ready', z.object({servers: z.array(socketFact)}));
		for (const server of servers) {
			await agreedRow(netwatch, server, {role: 'server'});
			await netwatch.until(() => {
				expect(rowOf(netwatch, {local: server.peer, peer: server.local})).toMatchObject({
					...{role: 'client', stage: 'open', joinedBy: 'inode'},
					process: {bytesRead: server.bytesWritten, bytesWritten: server.bytesRead},
				});
				return true;
			});
		}

		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 1 + 2 * servers.length, exitCode: 0});
	});
});
