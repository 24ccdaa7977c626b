import {type ChildProcess, spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {parseStat} from '../../../source/procfs/proc-file.ts';

export type TestProcess = {pid: number; child: ChildProcess; end: () => Promise<void>};

/** Starts a program and waits for its first line, `ready`. `end` ends it with all that it started. */
export const startReady = async (program: string, args: string[]): Promise<TestProcess> => {
	const child = spawn(program, args, {detached: true, stdio: ['pipe', 'pipe', 'inherit']});
	const gone = new Promise<void>(resolve => child.once('close', () => resolve()));
	const end = async () => {
		if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
			process.kill(-child.pid, 'SIGKILL');
		}
		await gone;
	};
	const first = await Promise.race([
		new Promise<string>(resolve => createInterface({input: child.stdout}).once('line', resolve)),
		gone.then(() => 'ended'),
	]);
	if (first !== 'ready' || child.pid === undefined) {
		await end();
		throw new Error(`${program} ${args.join(' ')} said ${first} and not ready`);
	}
	return {pid: child.pid, child, end};
};

/** The processes of a process group, by command name; a zombie counts as gone. */
export const processGroup = (group: number): string[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(name => {
			try {
				const line = readFileSync(`/proc/${name}/stat`, 'utf8');
				const [state, , pgrp] = line.slice(line.lastIndexOf(')') + 2).split(' ');
				return Number(pgrp) === group && state !== 'Z' ? [parseStat(line)?.comm ?? ''] : [];
			} catch {
				return [];
			}
		});
