import {readdir, readlink} from 'node:fs/promises';
import {basename} from 'node:path';
import {readNamespace} from './namespace.ts';
import {type ProcStat, parseStat, readProcFile, readProcFileNow} from './proc-file.ts';

/** A process as /proc shows it. Names and arguments are untrusted text. */
export type ProcessInfo = {
	pid: number;
	ppid: number;
	/** Start time in clock ticks since boot. With the pid, the identity of the process: a pid can be reused. */
	startTicks: number;
	/** Address of its stack's bottom, another one after each exec; 0 where this user may not see it. */
	startStack: number;
	comm: string;
	/** The first arguments, each cut at `argumentLimit` characters. */
	argv: readonly string[];
	/** Paths as /proc shows them; null where this user may not see them. */
	exe: string | null;
	cwd: string | null;
	/** The process runs Node. */
	node: boolean;
	/** Its NODE_OPTIONS at exec held the hook marker; null where its environment is unreadable. */
	hooked: boolean | null;
	netns: string | null;
	/** Differs after each exec. */
	image: string;
	/** Stopped by a signal or a debugger. */
	stopped: boolean;
};

export type ProcessTree = {
	/** The root first, then the processes below it; a parent stands before its children. */
	processes: ProcessInfo[];
	/** Number of processes below it beyond the limit. */
	dropped: number;
};

export type ProcessTreeOptions = {
	/** The text in NODE_OPTIONS that shows netwatch's hook, e.g. the hook's path. */
	hookMarker: string;
	/** Most processes to read. */
	maxProcesses?: number;
	/**
	 * Uses /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN); else all of /proc is searched. Default: if the
	 * file exists.
	 */
	useChildrenFiles?: boolean;
	/**
	 * An earlier reading of a process: what exec alone sets, and the arguments, are taken from it while the process
	 * still has the same image. Default: all is read.
	 */
	known?: (pid: number) => ProcessInfo | null;
};

const maxCommandLineBytes = 16_384;
const maxEnvironmentBytes = 262_144;
const maxArguments = 64;
const maxArgumentLength = 512;

/**
 * Reads a process and all processes below it. Those that left their parent (daemons) are not found.
 *
 * @param root the pid of the first process
 */
export const readProcessTree = async (root: number, options: ProcessTreeOptions): Promise<ProcessTree> => {
	const {hookMarker, maxProcesses = 1000, useChildrenFiles = hasChildrenFiles(), known} = options;
	const readChildren = useChildrenFiles ? readChildPids : await indexChildrenByParent();
	const tree: ProcessTree = {processes: [], dropped: 0};
	const pids = new Set([root]);
	for (const pid of pids) {
		const info =
			tree.processes.length < maxProcesses ? await readProcess(pid, hookMarker, known?.(pid)) : null;
		if (info !== null) tree.processes.push(info);
		else if (tree.processes.length >= maxProcesses) tree.dropped++;
		// The iteration of a Set includes items added meanwhile. The cap is for a tree that forks faster than it
		// is read.
		if (pids.size < maxProcesses * 4) for (const child of await readChildren(pid)) pids.add(child);
	}
	return tree;
};

/**
 * Reads one process.
 *
 * @param hookMarker the text in NODE_OPTIONS that shows netwatch's hook
 * @param before an earlier reading of it, see `known` of the options; default none
 * @returns null where it is gone
 */
export const readProcess = async (
	pid: number,
	hookMarker: string,
	before: ProcessInfo | null = null,
): Promise<ProcessInfo | null> => {
	const stat = readStat(pid);
	if (stat === null) return null;
	if (before !== null && hasSameImage(stat, before)) {
		const netns = readNamespace(pid);
		return {...before, ppid: stat.ppid, stopped: stat.stopped, netns: netns.ok ? netns.value : null};
	}
	const [commandLine, environment, executable, cwd] = await Promise.all([
		readProcFile(`/proc/${pid}/cmdline`, maxCommandLineBytes),
		readProcFile(`/proc/${pid}/environ`, maxEnvironmentBytes),
		readlink(`/proc/${pid}/exe`).catch(() => null),
		readlink(`/proc/${pid}/cwd`).catch(() => null),
	]);
	// An exec since `stat` was read mixes two images under the older one's identity: the next poll reads all again.
	const netns = readNamespace(pid);
	return {
		pid,
		ppid: stat.ppid,
		startTicks: stat.startTicks,
		startStack: stat.startStack,
		comm: stat.comm,
		argv: parseCommandLine(commandLine?.text ?? ''),
		exe: executable,
		cwd,
		node: isNode(executable, stat.comm),
		hooked: environment === null ? null : hasHookMarker(environment, hookMarker),
		netns: netns.ok ? netns.value : null,
		image: `${stat.startTicks} ${stat.startStack} ${executable}`,
		stopped: stat.stopped,
	};
};

const readStat = (pid: number): ProcStat | null =>
	parseStat(readProcFileNow(`/proc/${pid}/stat`, 4096) ?? '');

const hasSameImage = (now: ProcStat, before: ProcessInfo): boolean =>
	now.startStack !== 0 && now.startStack === before.startStack && now.startTicks === before.startTicks;

/** `cmdline` is separated by NUL; a program that set its process title left that there instead. */
const parseCommandLine = (text: string): string[] =>
	text
		.replace(/\0+$/, '')
		.split('\0')
		.slice(0, maxArguments)
		.map(argument => argument.slice(0, maxArgumentLength))
		.filter((argument, index) => index > 0 || argument !== '');

/**
 * Judged by the executable; where that is unreadable by the name of the main thread, which a program can
 * change.
 */
const isNode = (executable: string | null, comm: string): boolean => {
	const name = executable === null ? comm : basename(executable.replace(/ \(deleted\)$/, ''));
	return /^node(js)?$/.test(name);
};

const hasHookMarker = (environment: {text: string; cut: boolean}, hookMarker: string): boolean | null => {
	const options = environment.text.split('\0').find(entry => entry.startsWith('NODE_OPTIONS='));
	if (options === undefined) return environment.cut ? null : false;
	return options.includes(hookMarker);
};

const hasChildrenFiles = (): boolean =>
	readProcFileNow(`/proc/self/task/${process.pid}/children`, 1) !== null;

/** Each thread has a list of its own: a process forked by a worker is in the worker's. */
const readChildPids = async (pid: number): Promise<number[]> => {
	const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
	const lists = threads.map(thread => readProcFileNow(`/proc/${pid}/task/${thread}/children`, 65_536) ?? '');
	return lists.flatMap(list => list.split(' ').map(Number).filter(isPid));
};

const indexChildrenByParent = async (): Promise<(pid: number) => Promise<number[]>> => {
	const children = new Map<number, number[]>();
	for (const name of await readdir('/proc').catch(() => [])) {
		const pid = Number(name);
		if (!isPid(pid)) continue;
		const stat = readStat(pid);
		if (stat === null) continue;
		const siblings = children.get(stat.ppid);
		if (siblings) siblings.push(pid);
		else children.set(stat.ppid, [pid]);
	}
	return async pid => children.get(pid) ?? [];
};

const isPid = (value: number): boolean => Number.isInteger(value) && value > 0;
