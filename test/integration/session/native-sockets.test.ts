import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import {createServer} from 'node:net';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {createNativeSockets} from '../../../source/session/native-sockets.ts';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../helpers/process/paths.ts';

test('a socket of native code is a row of its process, without a view of the process', async context => {
	const netwatch = startNetwatch(context, [targetNode, target('resolves-by-c-ares')]);
	const {pid, port} = await netwatch.fact('ready', z.object({pid: z.number(), port: z.number()}));
	const row = await netwatch.until(() =>
		[...netwatch.rows.values()].find(({peer}) => peer !== null && 'port' in peer && peer.port === port),
	);
	expect(row).toMatchObject({kind: 'udp', pid, process: null, kernel: {state: 'ESTAB'}});
	netwatch.write('end\n');
	expect((await netwatch.summary()).exitCode).toBe(0);
}, 60_000);

test('a held socket is native once it has settled, its hook has been heard since, and no row has it', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const held = Number(inodeOf(server));
	let now = 1000;
	let heardAt = 0;
	const rows = new Set<number>();
	const sockets = createNativeSockets({
		now: () => now,
		hookThreads: {allHeardSince: (_pid, at) => heardAt >= at},
		kernelSocketKind: inode => (inode === held ? 'internet' : 'unix'),
		hasRow: (_netns, inode) => rows.has(inode),
	});
	const native = () => sockets.inodesOf(process.pid, '1');
	expect(await native()).toEqual([]);
	now += 2000;
	expect(await native()).toEqual([]);
	heardAt = now;
	expect(await native()).toEqual([held]);
	rows.add(held);
	expect(await native()).toEqual([]);
	rows.clear();
	server.close();
	await once(server, 'close');
	expect(await native()).toEqual([]);
});

/** The inode of a listener, whose descriptor Node's types do not have. */
const inodeOf = (server: object): number => {
	const handle: unknown = Reflect.get(server, '_handle');
	const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null;
	return typeof fd === 'number' ? fstatSync(fd).ino : Number.NaN;
};
