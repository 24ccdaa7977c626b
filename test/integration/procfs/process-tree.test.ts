import {afterEach, describe, expect, test} from 'vitest';
import {type ProcessInfo, readProcess, readProcessTree} from '../../../source/procfs/process-tree.ts';
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
	])('the tree below a process is found %s', async (_how, childrenFiles) => {
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

	test('the tree below a process has a limit, and the processes beyond it are counted', async () => {
		const {pid} = await family();
		const {processes, dropped} = await readProcessTree(pid, {hookMarker: needle, maxProcesses: 1});
		expect(processes).toMatchObject([{pid}]);
		expect(dropped).toBeGreaterThan(0);
	});

	test('the tree below an exited process is empty', async () => {
		expect(await readProcessTree(gone, {hookMarker: needle})).toEqual({processes: [], dropped: 0});
	});

	test('what is known of an image is not read again, and an exec makes it another one', async () => {
		const {pid, child} = await start('/bin/sh', ['-c', 'echo ready; read line; exec sleep 60']);
		const read = (known?: ProcessInfo) =>
			readProcess(pid, needle, known === undefined ? null : {...known, argv: ['as', 'known']});
		const before = await read();
		expect(before).toMatchObject({comm: 'sh', stopped: false});
		expect(await read(before ?? undefined)).toMatchObject({argv: ['as', 'known'], ppid: process.pid});
		child.stdin?.write('\n');
		await expect.poll(() => read(before ?? undefined)).toMatchObject({comm: 'sleep', argv: ['sleep', '60']});
	});
});
