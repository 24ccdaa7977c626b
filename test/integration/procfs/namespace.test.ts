import {existsSync, readlinkSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import {childSearchPath} from '../../../source/kernel/child/child.ts';
import {createShell} from '../../../source/kernel/child/shell.ts';
import {openNamespace, readNamespace} from '../../../source/procfs/namespace.ts';
import {startNamespace} from '../../helpers/network/namespace.ts';
import {isRoot} from '../../helpers/process/is-root.ts';
import type {TestProcess} from '../../helpers/process/ready-process.ts';

const own = readlinkSync('/proc/self/ns/net').replace(/\D/g, '');

test('the network namespace of a process is a number', () => {
	expect(readNamespace('self')).toEqual({ok: true, value: own});
	expect(readNamespace(process.pid)).toEqual({ok: true, value: own});
});

test('the network namespace of an exited process has a reason in place of the number', () => {
	expect(readNamespace(4_194_305)).toEqual({ok: false, reason: 'process 4194305 is gone'});
	expect(openNamespace('1', 4_194_305)).toEqual({ok: false, reason: 'process 4194305 is gone'});
});

test('the own namespace of netwatch needs no nsenter', () => {
	expect(openNamespace(own, process.pid)).toMatchObject({ok: true, value: {prefix: []}});
});

describe.skipIf(!isRoot)('another namespace (needs root)', () => {
	let holder: TestProcess | null = null;
	afterEach(async () => {
		await holder?.end();
		holder = null;
	});

	test('another namespace is entered, also after the process that led there has exited', async () => {
		holder = await startNamespace();
		const netns = readNamespace(holder.pid);
		if (!netns.ok) throw new Error(netns.reason);
		expect(netns.value).not.toBe(own);
		const entry = openNamespace(netns.value, holder.pid);
		if (!entry.ok) throw new Error(entry.reason);
		await holder.end();
		const shell = createShell<'readlink /proc/self/ns/net'>({
			prefix: entry.value.prefix,
			path: childSearchPath(process.env.PATH),
		});
		try {
			const answer = await shell.run('readlink /proc/self/ns/net');
			expect(answer.ok && answer.stdout.toString()).toBe(`net:[${netns.value}]\n`);
			expect(readNamespace(shell.pid ?? 0)).toEqual(netns);
		} finally {
			await shell.close();
			const held = entry.value.prefix.join(' ').match(/--net=(\S+)/)?.[1] ?? '';
			expect(existsSync(held)).toBe(true);
			entry.value.release();
			expect(existsSync(held)).toBe(false);
			entry.value.release();
		}
	});

	test('another namespace is refused where its number differs, as the pid may have been reused', async () => {
		holder = await startNamespace();
		expect(openNamespace('12345', holder.pid)).toEqual({
			ok: false,
			reason: `process ${holder.pid} is not in network namespace 12345`,
		});
	});
});
