/** The built netwatch in a shell of its own, and the state of its processes in /proc. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {TestContext} from 'vitest';
import {cli, node, root} from '../process/paths.ts';
import {type Shell, startShell} from './shell.ts';

export const waits = `${node} -e 'console.log("said before"); setInterval(() => {}, 1e6)'`;

export const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

/** Netwatch in a shell of its own; the command is its only child that was given the hook. */
export const watch = async (
	context: TestContext,
	{flags = '', faulty = false, command = waits, cols = 120} = {},
) => {
	const shell = await startShell(context, {cols, rows: 30, cwd: root});
	const fault = join(shell.directory, 'fault');
	const preload = faulty ? `--import ${root}/test/programs/fails-later.mjs` : '';
	shell.run(`NETWATCH_TEST_FAULT=${fault} ${node} ${preload} ${cli} ${flags} -- ${command}`);
	const [title = ''] = await shell.waitFor(/1 hooked/, 60_000);
	const commandPid = Number(/ (\d+)/.exec(title)?.[1]);
	const pid = parentOf(commandPid);
	context.onTestFinished(() => {
		for (const one of [pid, commandPid]) if (isRunning(one)) process.kill(one, 'SIGKILL');
	});
	return {
		shell,
		pid,
		commandPid,
		fail: (name: string) => writeFileSync(fault, name),
		/** The exit code of netwatch, as the shell reports it. */
		async exitCode(): Promise<number> {
			await shell.prompted();
			shell.run('echo "ended with $?"');
			const lines = await shell.waitFor(/^ended with \d+$/m);
			return Number(/^ended with (\d+)$/m.exec(lines.join('\n'))?.[1]);
		},
	};
};

export const parentOf = (pid: number): number => {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

/** Lines of the screen and of what was scrolled out of it, long ones put together. */
export const scrollback = ({emulator: {buffer}}: Shell): string => {
	const {normal} = buffer;
	return Array.from({length: normal.length}, (_, row) => {
		const line = normal.getLine(row);
		const text = line?.translateToString(true) ?? '';
		return line?.isWrapped ? text : `\n${text}`;
	}).join('');
};

/** The state of a process: R, S, T. */
export const stateOf = (pid: number): string => {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
};
