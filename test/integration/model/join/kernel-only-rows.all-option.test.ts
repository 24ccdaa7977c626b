// Sockets of other processes in the namespace: their rows with `--all`, and the owner of a port.
import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import net from 'node:net';
import {expect, type TestContext, test} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {node} from '../../../helpers/process/paths.ts';

const idle = [node, '-e', 'process.stdin.resume()'];

/** A listener of the test's own process. */
const listen = async (context: TestContext): Promise<{inode: number; port: number}> => {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	context.onTestFinished(() => {
		server.close();
	});
	const handle: unknown = Reflect.get(server, '_handle');
	const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null;
	const address = server.address();
	const port = address !== null && typeof address === 'object' ? address.port : 0;
	return {inode: fstatSync(Number(fd)).ino, port};
};

test('a socket of another process is a row of the kernel with --all, from the start', async context => {
	const {inode} = await listen(context);
	const netwatch = startNetwatch(context, idle, {args: ['--all']});
	const row = await netwatch.until(() =>
		[...netwatch.rows.values()].find(({kernel}) => kernel?.inode === inode),
	);
	expect(row).toMatchObject({process: null, stage: 'listening', kernel: {state: 'LISTEN'}});
	expect(row.id).toMatch(/^k\./);
});

test('rows without --all are of the watched program only', async context => {
	const {inode} = await listen(context);
	const netwatch = startNetwatch(context, idle);
	await netwatch.until(() => netwatch.all('kernel').length >= 3);
	expect([...netwatch.rows.values()].filter(({kernel}) => kernel?.inode === inode)).toEqual([]);
});

test('the row of a taken port has the process that holds it', async context => {
	const {port} = await listen(context);
	const program = `net.createServer().on('error', () => process.stdin.resume()).listen(${port}, '127.0.0.1')`;
	const netwatch = startNetwatch(context, [node, '-e', program]);
	const row = await netwatch.until(() =>
		[...netwatch.rows.values()].find(({acceptQueue}) => acceptQueue?.others.some(({pid}) => pid !== null)),
	);
	expect(row).toMatchObject({
		...{role: 'listener', stage: 'failed', error: {code: 'EADDRINUSE', phase: 'bind'}},
		acceptQueue: {others: [{address: '127.0.0.1', pid: process.pid}]},
	});
	expect([...netwatch.rows.keys()].filter(id => id.startsWith('k.'))).toEqual([]);
});
