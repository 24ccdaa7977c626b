import {readdir} from 'node:fs/promises';
import {readProcFile} from './proc-file.ts';

/** Threads read, at most: a process has about eleven, and one for each thread of a larger pool. */
const maxThreads = 64;

/**
 * Counts the threads of a process that run, or wait for a core, at this moment; its main thread is not counted. What
 * crypto and zlib do in libuv's thread pool is seen in no other way.
 *
 * @returns null where the process is gone or unreadable
 */
export const countComputingThreads = async (pid: number): Promise<number | null> => {
	const tids = await readdir(`/proc/${pid}/task`).catch(() => null);
	if (tids === null) return null;
	const states = await Promise.all(
		tids
			.filter(tid => tid !== String(pid))
			.slice(0, maxThreads)
			.map(async tid => stateOf((await readProcFile(`/proc/${pid}/task/${tid}/stat`, 4096))?.text ?? '')),
	);
	return states.filter(state => state === 'R').length;
};

// 4718 (node) R 4700 4711 …
const stateOf = (stat: string): string | undefined => stat[stat.lastIndexOf(')') + 2];
