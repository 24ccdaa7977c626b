import {once} from 'node:events';
import {closeSync, fstatSync, openSync} from 'node:fs';
import net from 'node:net';
import {describe, expect, test} from 'vitest';
import {readSocketInodes} from '../../../source/procfs/socket-inodes.ts';
import {descriptorOf} from '../../helpers/process/descriptors.ts';

const gone = 4_194_305;

describe('the sockets of a process', () => {
	test('the sockets of a process are listed by inode', async () => {
		const server = net.createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		try {
			const answer = await readSocketInodes(process.pid, 10_000);
			if (!answer.ok) throw new Error(answer.reason);
			expect(answer.value.inodes).toContain(fstatSync(descriptorOf(server)).ino);
			expect(answer.value.skippedCount).toBe(0);
		} finally {
			server.close();
		}
	});

	test('the sockets of a process are listed up to a limit, and the rest is counted', async () => {
		const files = Array.from({length: 20}, () => openSync('/dev/null', 'r'));
		try {
			const answer = await readSocketInodes(process.pid, 5);
			expect(answer.ok && answer.value.skippedCount).toBeGreaterThanOrEqual(15);
		} finally {
			files.forEach(closeSync);
		}
	});

	test('the sockets of an exited process are refused', async () => {
		expect(await readSocketInodes(gone, 10)).toEqual({ok: false, reason: `process ${gone} is gone`});
	});
});
