import {once} from 'node:events';
import {closeSync, fstatSync, openSync, readdirSync} from 'node:fs';
import net from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import {parseStat} from '../../../source/procfs/proc-file.ts';
import {readProcessLoad} from '../../../source/procfs/process-load.ts';
import {readProcessTree} from '../../../source/procfs/process-tree.ts';
import {readSocketInodes} from '../../../source/procfs/socket-inodes.ts';
import {descriptorOf} from '../../helpers/process/descriptors.ts';
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
const needle = '/somewhere/hook.cjs';

/** A Node that was handed the hook, whose worker starts one that was not. It ends with its standard input. */
const script = `
	const {Worker} = require('node:worker_threads');
	new Worker(\`
		const {spawn} = require('node:child_process');
		const below = spawn(process.execPath, ['-e', 'console.log("up"); process.stdin.resume()'], {env: {}});
		below.stdout.once('data', () => console.log('ready'));
	\`, {eval: true});
	process.stdin.resume();
`;

describe('the tree below a process', () => {
	/** A shell with that Node and a sleep below it. */
	const family = () =>
		start('/bin/sh', [
			'-c',
			'sleep 60 & exec 4<&0; NODE_OPTIONS="--redirect-warnings=$2 $NODE_OPTIONS" "$0" -e "$1" <&4; kill $!',
			process.execPath,
			script,
			needle,
		]);

	test.each([
		['by the lists of children', true],
		['by searching all of /proc', false],
	])('is found %s', async (_how, childrenFiles) => {
		const {pid} = await family();
		const {processes, dropped} = await readProcessTree(pid, {
			hookMarker: needle,
			useChildrenFiles: childrenFiles,
		});
		expect(dropped).toBe(0);
		expect(processes[0]).toMatchObject({pid, node: false, hooked: false});
		expect(processes[0]?.argv.slice(0, 2)).toEqual(['/bin/sh', '-c']);
		const nodes = processes.filter(({node}) => node);
		expect(nodes).toMatchObject([
			{ppid: pid, hooked: true, argv: [process.execPath, '-e', expect.stringContaining('new Worker')]},
			{ppid: nodes[0]?.pid, hooked: false},
		]);
		expect(processes.filter(({comm}) => comm === 'sleep')).toMatchObject([{ppid: pid, node: false}]);
		expect(processes).toHaveLength(4);
		expect(processes.every(({netns}) => /^\d+$/.test(netns ?? ''))).toBe(true);
	});

	test('has a limit, and what is beyond it is counted', async () => {
		const {pid} = await family();
		const {processes, dropped} = await readProcessTree(pid, {hookMarker: needle, maxProcesses: 1});
		expect(processes).toMatchObject([{pid}]);
		expect(dropped).toBeGreaterThan(0);
	});

	test('of a process that is gone is empty', async () => {
		expect(await readProcessTree(gone, {hookMarker: needle})).toEqual({processes: [], dropped: 0});
	});
});

describe('a line of /proc/PID/stat', () => {
	const rest = 'S 1 1 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 4711 0 0';
	test.each([
		['7 (node) ', 'node'],
		['7 (a b) ', 'a b'],
		['7 (x) S 9 (y)) ', 'x) S 9 (y)'],
		['7 () ', ''],
	])('%j', (begin, comm) => {
		expect(parseStat(begin + rest)).toEqual({comm, ppid: 1, cpuSeconds: 2, startTicks: 4711});
	});
	test.each(['', '7', '7 (', '7 (node)', '7 (node) S', '7 )node( S 1', '7 (node) S x 1 1'])(
		'%j is none',
		text => {
			expect(parseStat(text)).toBeNull();
		},
	);
});

describe('what a process uses', () => {
	test('is what it says itself', async () => {
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

	test('counts its open files', async () => {
		const {pid} = await start('/bin/sh', ['-c', 'exec 7</dev/null 8</dev/null; echo ready; read _']);
		expect(await readProcessLoad(pid)).toMatchObject({fds: readdirSync(`/proc/${pid}/fd`).length});
	});

	test('is unknown when it is gone', async () => {
		expect(await readProcessLoad(gone)).toBeNull();
	});
});

describe('the sockets that a process holds', () => {
	test('are told by inode', async () => {
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

	test('are looked for up to a limit, and the rest is counted', async () => {
		const files = Array.from({length: 20}, () => openSync('/dev/null', 'r'));
		try {
			const answer = await readSocketInodes(process.pid, 5);
			expect(answer.ok && answer.value.skippedCount).toBeGreaterThanOrEqual(15);
		} finally {
			files.forEach(closeSync);
		}
	});

	test('of a process that is gone are refused', async () => {
		expect(await readSocketInodes(gone, 10)).toEqual({ok: false, reason: `process ${gone} is gone`});
	});
});
