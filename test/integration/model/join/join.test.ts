// Sockets that are hard to distinguish: each row shows its own, or none.
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {type Netwatch, type Row, socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {node, target, targetNode} from '../../../helpers/process/paths.ts';
import {start} from '../../../helpers/process/program.ts';
import {rowOf} from '../../../helpers/records/match-rows.ts';

const address = z.object({address: z.string(), port: z.number(), family: z.number()});
const ended = z.object({port: z.number(), clients: z.array(address)});

/** Both rows of each connection that a target has had with itself. */
const bothRows = (netwatch: Netwatch, {port, clients}: z.infer<typeof ended>): (Row | undefined)[] => {
	const server = {address: '127.0.0.1', port, family: 4};
	return clients.flatMap(client => [
		rowOf(netwatch, {local: client, peer: server}),
		rowOf(netwatch, {local: server, peer: client}),
	]);
};

describe.concurrent('connections shorter than the poll interval', () => {
	test.for(['client', 'server'])(
		"a short connection has the kernel's last counters, where the %s ends first, each row its own",
		async (first, context) => {
			const netwatch = startNetwatch(context, [targetNode, target('short-pairs'), '40', first]);
			const fact = await netwatch.fact('ended', ended);
			const rows = await netwatch.until(() => {
				const found = bothRows(netwatch, fact);
				expect(found.filter(row => row?.kernel?.final)).toHaveLength(2 * fact.clients.length);
				return found;
			});
			for (const row of rows) {
				expect(row).toMatchObject({
					kernel: {bytesReceived: expect.any(Number)},
					joinedBy: expect.any(String),
				});
				const {process: inside, kernel} = row ?? {};
				// A FIN that was received counts as one byte.
				const received = Number(kernel?.bytesReceived);
				expect([inside?.bytesRead, Number(inside?.bytesRead) + 1]).toContain(received);
				expect(Number(kernel?.bytesAcked)).toBeGreaterThanOrEqual(Number(inside?.bytesWritten));
			}

			expect(new Set(rows.map(row => row?.kernel?.cookie)).size).toBe(rows.length);
			netwatch.write('end\n');
			expect(await netwatch.summary()).toMatchObject({rows: 2 * fact.clients.length + 1});
		},
	);
});

test("the last counters of a command's connections are read when it exits at once", async context => {
	const netwatch = startNetwatch(context, [targetNode, target('short-pairs'), '40']);
	netwatch.write('end\n');
	const fact = await netwatch.fact('ended', ended);
	expect(await netwatch.summary()).toMatchObject({rows: 81, exitCode: 0});
	expect(bothRows(netwatch, fact).filter(row => row?.kernel?.final)).toHaveLength(80);
});

test('TIME-WAIT is in the row of the end that closed first, and in no other', async context => {
	const netwatch = startNetwatch(context, [targetNode, target('short-pairs'), '5']);
	const fact = await netwatch.fact('ended', ended);
	const server = {address: '127.0.0.1', port: fact.port, family: 4};
	for (const client of fact.clients) {
		const row = await netwatch.until(() => {
			const found = rowOf(netwatch, {local: client, peer: server});
			return found?.kernel?.state === 'TIME-WAIT' && found;
		});
		expect(row).toMatchObject({stage: 'lingering', kernel: {inode: null, timer: {name: 'timewait'}}});
		await netwatch.until(() => rowOf(netwatch, {local: server, peer: client})?.stage === 'closed');
	}

	netwatch.write('end\n');
	expect(await netwatch.summary()).toMatchObject({exitCode: 0});
});

describe.concurrent('a process whose name imitates the owner of a socket in ss', () => {
	const ready = z.object({pid: z.number(), port: z.number()});
	const forged = z.object({pid: z.number(), comm: z.string(), client: socketFact});

	const forge = async (context: TestContext, args: readonly string[]) => {
		const netwatch = startNetwatch(context, [targetNode, target('echo-pair')], {args});
		const {pid, port} = await netwatch.fact('ready', ready);
		const forger = start(context, node, [target('forges-title'), String(port), String(pid)]);
		const line = await forger.until(() => forger.stdout().match(/^\{"fact":"forged".*\n/m)?.[0]);
		const fact = forged.parse(JSON.parse(line));
		expect(fact.comm).toContain('",pid=');
		return {netwatch, fact};
	};

	test('a process with a forged name has no row, and its socket has no owner', async context => {
		const {netwatch, fact} = await forge(context, []);
		const {local, peer, inode} = fact.client;
		// Its other end is the program's own: once that is joined, so would be this one.
		const other = await netwatch.until(() => {
			const found = rowOf(netwatch, {local: peer, peer: local});
			return found?.joinedBy === 'inode' && found;
		});
		const snapshots = netwatch.all('kernel').length;
		await netwatch.until(() => netwatch.all('kernel').length > snapshots + 2);
		expect([...netwatch.rows.values()].filter(row => row.kernel?.inode === inode)).toEqual([]);
		expect(rowOf(netwatch, {local, peer})).toBeUndefined();
		expect(other.kernel?.inode).not.toBe(inode);
	});

	test('a forged owner is not in the row, where all sockets are shown', async context => {
		const {netwatch, fact} = await forge(context, ['--all']);
		const row = await netwatch.until(() =>
			[...netwatch.rows.values()].find(({kernel}) => kernel?.inode === fact.client.inode),
		);
		expect(row).toMatchObject({process: null, joinedBy: null, local: fact.client.local});
		expect([null, fact.pid]).toContain(row.pid);
	});
});
