// Ways to come by a connection, under the built netwatch: each has one row, in the process that holds it, and what is no connection has none.
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {listenerFact, type Netwatch, socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {agreedRow, expectAllClosed, names, rowOf} from '../../../helpers/records/match-rows.ts';

const watch = (context: TestContext, name: string): Netwatch =>
	startNetwatch(context, [targetNode, target(name)]);

const bothEnds = z.object({client: socketFact, server: socketFact});

describe.concurrent('ways to open a connection', () => {
	test('TLS started on a plain connection has one row per side, with the handshake', async context => {
		const netwatch = watch(context, 'starttls');
		const {client, server} = await netwatch.fact('ready', bothEnds);
		const rows = [
			await agreedRow(netwatch, client, {kind: 'tls', role: 'client'}),
			await agreedRow(netwatch, server, {kind: 'tls', role: 'server'}),
		];
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
		for (const {id} of rows) {
			const steps = netwatch.stepsOf(id);
			expect(names(steps).filter(name => name === 'secure')).toHaveLength(1);
			expect(steps.find(({step}) => step === 'secure')).toMatchObject({protocol: 'TLSv1.3'});
		}
	});

	test('TLS over a stream of the program has the row of the connection below', async context => {
		const netwatch = watch(context, 'tls-over-stream');
		const {client, server} = await netwatch.fact('ready', bothEnds);
		// The row may have been reported while it still connected.
		await netwatch.until(() => {
			expect(rowOf(netwatch, client)).toMatchObject({kind: 'tcp', role: 'client', stage: 'open'});
			return rowOf(netwatch, client)?.process;
		});
		await agreedRow(netwatch, server, {kind: 'tls', role: 'server'});
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
	});

	test('a socket object of a subclass that connects twice has two rows', async context => {
		const netwatch = watch(context, 'reconnects');
		const fact = z.object({first: socketFact, second: socketFact});
		const {first, second} = await netwatch.fact('ready', fact);
		await agreedRow(netwatch, second, {role: 'client'});
		await netwatch.until(() => typeof rowOf(netwatch, first)?.closedAt === 'number');
		expect(rowOf(netwatch, first)).toMatchObject({
			role: 'client',
			process: {bytesRead: first.bytesRead, bytesWritten: first.bytesWritten},
		});
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 5);
	});

	test('a server passed to a forked child has its listener and its connections as rows of the child', async context => {
		const netwatch = watch(context, 'passes-server');
		const fact = z.object({
			...{pid: z.number(), child: z.number()},
			...{listener: listenerFact, client: socketFact},
		});
		const {pid, child, listener, client} = await netwatch.fact('ready', fact);
		await agreedRow(netwatch, client, {role: 'client', pid});
		const {id} = await netwatch.until(() => {
			const row = [...netwatch.rows.values()].find(({role, pid: of}) => role === 'listener' && of === child);
			expect(row).toMatchObject({local: listener.local, stage: 'listening', kernel: {inode: listener.inode}});
			return row;
		});
		await netwatch.until(() => {
			expect(rowOf(netwatch, {local: client.peer, peer: client.local})).toMatchObject({
				...{role: 'server', pid: child, listener: id},
			});
			return true;
		});
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 4);
	});

	test('standard streams, pipes, an IPC channel and a FIFO have no rows', async context => {
		const netwatch = watch(context, 'no-connections');
		const {pid, child} = await netwatch.fact('ready', z.object({pid: z.number(), child: z.number()}));
		// Each thread has reported its load: all of its sockets were sampled by then.
		for (const process of [pid, child]) {
			await netwatch.until(() =>
				netwatch.all('load').some(load => load.pid === process && load.sockets !== null),
			);
		}

		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 0, steps: 0, exitCode: 0});
	});
});
