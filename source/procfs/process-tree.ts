import {readdir, readlink} from 'node:fs/promises';
import {basename} from 'node:path';
import {namespaceOf} from './namespace.ts';
import {parseStat, readStart} from './proc-file.ts';

/** A process as /proc shows it. Names and arguments are text from outside. */
export type SeenProcess = {
	pid: number;
	ppid: number;
	/** With the pid, its identity: a pid can come back. In clock ticks since boot. */
	startTicks: number;
	comm: string;
	/** The first arguments, each cut at `argumentLimit` characters. */
	argv: readonly string[];
	/** It runs Node. */
	node: boolean;
	/** Its NODE_OPTIONS at exec held the needle; null where its environment is not ours to read. */
	hooked: boolean | null;
	netns: string | null;
};

export type ProcessTree = {
	/** The process itself first, then those below it; a parent stands before its children. */
	processes: SeenProcess[];
	/** Processes below it beyond the limit. */
	dropped: number;
};

export type ProcessTreeOptions = {
	/** What NODE_OPTIONS holds where netwatch's hook was handed on, e.g. the hook's path. */
	needle: string;
	/** Most processes to look at. */
	limit?: number;
	/** Use /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN); else all of /proc is searched. Default: where it is there. */
	childrenFiles?: boolean;
};

const commandLineLimit = 16_384;
const environmentLimit = 262_144;
const argumentsKept = 64;
const argumentLimit = 512;

/**
 * A process and all below it, as of now: those that left their parent (daemons) are not found.
 *
 * @param root The pid to begin with.
 */
export const processTree = async (root: number, options: ProcessTreeOptions): Promise<ProcessTree> => {
	const {needle, limit = 1000, childrenFiles = await hasChildrenFiles()} = options;
	const below = childrenFiles ? childrenOf : await parentsIndex();
	const tree: ProcessTree = {processes: [], dropped: 0};
	const seen = new Set([root]);
	for (const pid of seen) {
		const found = tree.processes.length < limit ? await look(pid, needle) : null;
		if (found !== null) tree.processes.push(found);
		else if (tree.processes.length >= limit) tree.dropped++;
		// A Set's iteration goes on to what is added meanwhile. The cap is for a tree that forks faster than we read.
		if (seen.size < limit * 4) for (const child of await below(pid)) seen.add(child);
	}
	return tree;
};

const look = async (pid: number, needle: string): Promise<SeenProcess | null> => {
	const [stat, commandLine, environment, executable] = await Promise.all([
		readStart(`/proc/${pid}/stat`, 4096),
		readStart(`/proc/${pid}/cmdline`, commandLineLimit),
		readStart(`/proc/${pid}/environ`, environmentLimit),
		readlink(`/proc/${pid}/exe`).catch(() => null),
	]);
	const known = stat === null ? null : parseStat(stat.text);
	if (known === null) return null;
	const netns = namespaceOf(pid);
	return {
		pid,
		ppid: known.ppid,
		startTicks: known.startTicks,
		comm: known.comm,
		argv: parseCommandLine(commandLine?.text ?? ''),
		node: isNode(executable, known.comm),
		hooked: environment === null ? null : holdsNeedle(environment, needle),
		netns: netns.ok ? netns.value : null,
	};
};

/** `cmdline` separates by NUL; a program that renamed itself left its title there instead. */
const parseCommandLine = (text: string): string[] =>
	text
		.replace(/\0+$/, '')
		.split('\0')
		.slice(0, argumentsKept)
		.map(argument => argument.slice(0, argumentLimit))
		.filter((argument, index) => index > 0 || argument !== '');

/** By the executable; by the name of its main thread, which a program can change, where that may not be read. */
const isNode = (executable: string | null, comm: string): boolean => {
	const name = executable === null ? comm : basename(executable.replace(/ \(deleted\)$/, ''));
	return /^node(js)?$/.test(name);
};

const holdsNeedle = (environment: {text: string; cut: boolean}, needle: string): boolean | null => {
	const options = environment.text.split('\0').find(entry => entry.startsWith('NODE_OPTIONS='));
	if (options === undefined) return environment.cut ? null : false;
	return options.includes(needle);
};

const hasChildrenFiles = async (): Promise<boolean> =>
	(await readStart(`/proc/self/task/${process.pid}/children`, 0)) !== null;

/** Each thread has its own list: a worker's children stand in the worker's. */
const childrenOf = async (pid: number): Promise<number[]> => {
	const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
	const lists = await Promise.all(
		threads.map(thread => readStart(`/proc/${pid}/task/${thread}/children`, 65_536)),
	);
	return lists.flatMap(list => (list?.text ?? '').split(' ').map(Number).filter(isPid));
};

const parentsIndex = async (): Promise<(pid: number) => Promise<number[]>> => {
	const children = new Map<number, number[]>();
	for (const name of await readdir('/proc').catch(() => [])) {
		const pid = Number(name);
		if (!isPid(pid)) continue;
		const stat = parseStat((await readStart(`/proc/${pid}/stat`, 4096))?.text ?? '');
		if (stat === null) continue;
		const siblings = children.get(stat.ppid);
		if (siblings) siblings.push(pid);
		else children.set(stat.ppid, [pid]);
	}
	return async pid => children.get(pid) ?? [];
};

const isPid = (value: number): boolean => Number.isInteger(value) && value > 0;
