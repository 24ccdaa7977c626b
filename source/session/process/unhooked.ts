/** A process without a hook, as /proc shows it: its names, its input of the model. */
import {basename} from 'node:path';
import type {ProcessStart} from '../../domain/events.ts';
import {describeCommandLine, type Program} from '../../domain/program-name.ts';
import type {NoHookReason} from '../../domain/row.ts';
import {readProcFile} from '../../procfs/proc-file.ts';
import type {ProcessInfo} from '../../procfs/process-tree.ts';
import {redactArgv} from '../../shared/redact.ts';
import {sanitize} from '../../text/sanitize.ts';
import type {Target} from '../target.ts';

export const programNameOf = (process: ProcessInfo): Program => {
	const {program, wrapper} = describeCommandLine(process.argv.length > 0 ? process.argv : [process.comm]);
	return {program: sanitize(program), wrapper};
};

/** @param at when it was found, ms since the epoch */
export const unhookedInput = (
	process: ProcessInfo,
	{proc, noHook, at}: {proc: number; noHook: NoHookReason; at: number},
): ProcessStart => {
	const {pid, ppid, netns, exe, cwd} = process;
	return {
		type: 'process',
		event: 'unhooked',
		at,
		proc,
		pid,
		thread: 0,
		ppid,
		netns,
		node: null,
		title: sanitize(process.comm),
		argv: redactArgv(process.argv).map(sanitize),
		exe: exe === null ? null : sanitize(exe),
		cwd: cwd === null ? null : sanitize(cwd),
		...programNameOf(process),
		noHook,
	};
};

/** A command that had ended before /proc was read: only its words are known. */
export const processOfWords = ({pid, command}: Pick<Target, 'pid' | 'command'>): ProcessInfo => ({
	pid,
	ppid: process.pid,
	startTicks: 0,
	startStack: 0,
	comm: basename(command[0] ?? ''),
	argv: command,
	exe: null,
	cwd: null,
	node: false,
	hooked: null,
	netns: null,
	image: '',
	stopped: false,
});

/** Time that the main thread was ready to run and had no core, in ms; 0 where the kernel does not count it. */
export async function readWaitedMs(pid: number): Promise<number> {
	const schedule = await readProcFile(`/proc/${pid}/schedstat`, 256);
	return Number(/^\d+ (\d+) /.exec(schedule?.text ?? '')?.[1] ?? 0) / 1e6;
}
