// `--all`: sockets of other processes in the namespace are rows too.
import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import net from 'node:net';
import {expect, type TestContext, test} from 'vitest';
import {startNetwatch} from '../support/netwatch.ts';
import {node} from '../support/program.ts';

const idle = [node, '-e', 'process.stdin.resume()'];

/** A listener of the test's own process. */
const listen = async (context: TestContext): Promise<number> => {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	context.onTestFinished(() => {
		server.close();
	});
	const handle: unknown = Reflect.get(server, '_handle');
	const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null;
	return fstatSync(Number(fd)).ino;
};

test('with --all, a socket of another process is a row of the kernel, from the start', async context => {
	const inode = await listen(context);
	const netwatch = startNetwatch(context, idle, {args: ['--all']});
	const row = await netwatch.until(() =>
		[...netwatch.rows.values()].find(({kernel}) => kernel?.inode === inode),
	);
	expect(row).toMatchObject({process: null, stage: 'listening', kernel: {state: 'LISTEN'}});
	expect(row.id).toMatch(/^k\./);
});

test('without it, there are rows of the watched program only', async context => {
	const inode = await listen(context);
	const netwatch = startNetwatch(context, idle);
	await netwatch.until(() => netwatch.all('kernel').length >= 3);
	expect([...netwatch.rows.values()].filter(({kernel}) => kernel?.inode === inode)).toEqual([]);
});
