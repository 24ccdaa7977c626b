import {readdirSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import {readProcessLoad} from '../../../source/procfs/process-load.ts';
import {startReady, type TestProcess} from '../../helpers/process/ready-process.ts';

const started: TestProcess[] = [];
afterEach(async () => {
	await Promise.all(started.splice(0).map(({end}) => end()));
});
const start = async (program: string, args: string[]) => {
	const process = await startReady(program, args);
	started.push(process);
	return process;
};

const gone = 4_194_305;

describe('the load of a process', () => {
	test('the load of a process equals its own measurement', async () => {
		const before = process.cpuUsage();
		const load = await readProcessLoad(process.pid);
		const used = (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
		expect(load?.cpuSeconds).toBeGreaterThan((before.user + before.system) / 1e6 - 0.1);
		expect(load?.cpuSeconds).toBeLessThan(used + 0.1);
		expect(load?.rss).toBeGreaterThan(process.memoryUsage.rss() / 2);
		expect(load?.rss).toBeLessThan(process.memoryUsage.rss() * 2);
		expect(load?.fdLimit).toBeGreaterThan(0);
		expect(Math.abs((load?.fds ?? 0) - readdirSync('/proc/self/fd').length)).toBeLessThan(10);
	});

	test('the load of a process counts its open files', async () => {
		const {pid} = await start('/bin/sh', ['-c', 'exec 7</dev/null 8</dev/null; echo ready; read _']);
		expect(await readProcessLoad(pid)).toMatchObject({fds: readdirSync(`/proc/${pid}/fd`).length});
	});

	test('the load of an exited process is unknown', async () => {
		expect(await readProcessLoad(gone)).toBeNull();
	});
});
