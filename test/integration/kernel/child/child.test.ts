import {type ChildProcess, spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {processGroup} from '../../../helpers/process/ready-process.ts';
import {until} from '../../../helpers/process/until.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const program = fileURLToPath(new URL('../../../programs/launcher/holds-shell.ts', import.meta.url));

/** The process groups whose leader was started by a process. */
const groupsBelow = (pid: number): number[] =>
	readdirSync(`/proc/${pid}/task`)
		.flatMap(thread => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
		.map(Number)
		.filter(child => child > 0 && processGroup(child).length > 0);

describe('the children of netwatch', () => {
	let netwatch: ChildProcess;
	let pid: number;
	let lines: AsyncIterator<string>;
	let output = '';
	let groups: number[] = [];

	beforeEach(async () => {
		// A process group of its own, as a terminal gives to its foreground job.
		netwatch = spawn(process.execPath, ['--import', 'tsx', program], {
			cwd: root,
			detached: true,
			stdio: 'pipe',
		});
		pid = netwatch.pid ?? 0;
		output = '';
		netwatch.stdout?.on('data', chunk => (output += chunk));
		netwatch.stderr?.on('data', chunk => (output += chunk));
		if (!netwatch.stdout) throw new Error('no output');
		lines = createInterface({input: netwatch.stdout})[Symbol.asyncIterator]();
		expect((await lines.next()).value).toMatch(/^shell \d+$/);
		groups = groupsBelow(pid);
	});
	afterEach(async () => {
		netwatch.kill('SIGKILL');
		await until('all is gone', () => groups.every(group => processGroup(group).length === 0));
	});

	test('the children of netwatch ignore Ctrl-C at the terminal, and print nothing to it', async () => {
		process.kill(-pid, 'SIGINT');
		const before = output;
		expect((await lines.next()).value).toBe(`after SIGINT ${before.match(/shell (\d+)/)?.[1]} again`);
		expect((await lines.next()).value).toBe('waiting');
		expect(output.trim().split('\n')).toHaveLength(3);
	});

	test('the children of netwatch exit when it is killed, also while busy', async () => {
		process.kill(-pid, 'SIGINT');
		await until('a command runs', () => groups.some(group => processGroup(group).includes('sleep')));
		await until('routes are monitored', () => groups.some(group => processGroup(group).includes('ip')));
		netwatch.kill('SIGKILL');
		await until('all is gone', () => groups.every(group => processGroup(group).length === 0));
	});
});
