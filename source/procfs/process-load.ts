import {opendir, stat} from 'node:fs/promises';
import {parseStat, readProcFileNow} from './proc-file.ts';

/** The resource use of a process as /proc counts it; null where it is unreadable. */
export type ProcessLoad = {
	/** User and system time of all its threads since its start. */
	cpuSeconds: number;
	/**
	 * Time since its start for which the main thread was ready to run without a core; null where the kernel
	 * does not count it.
	 */
	cpuWaitSeconds: number | null;
	/** Bytes. */
	rss: number | null;
	fds: number | null;
	/** The soft limit of open files; null also for no limit. */
	fdLimit: number | null;
};

const maxCountedDescriptors = 100_000;

/**
 * @param pid the process
 * @returns null where the process is gone
 */
export const readProcessLoad = async (pid: number): Promise<ProcessLoad | null> => {
	const line = readProcFileNow(`/proc/${pid}/stat`, 4096);
	const procStat = line === null ? null : parseStat(line);
	if (procStat === null) return null;
	const status = readProcFileNow(`/proc/${pid}/status`, 16_384) ?? '';
	const limits = readProcFileNow(`/proc/${pid}/limits`, 16_384) ?? '';
	const schedule = readProcFileNow(`/proc/${pid}/task/${pid}/schedstat`, 256) ?? '';
	// VmRSS:	   51234 kB
	const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
	// Max open files            1024                 524288               files
	const limit = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
	// 723096 71115 12: nanoseconds on a core, nanoseconds in the run queue, turns (proc_pid_schedstat of the kernel's docs).
	const waitNanoseconds = /^\d+ (\d+) \d+$/m.exec(schedule)?.[1];
	return {
		cpuSeconds: procStat.cpuSeconds,
		cpuWaitSeconds: waitNanoseconds === undefined ? null : Number(waitNanoseconds) / 1e9,
		rss: kilobytes === undefined ? null : Number(kilobytes) * 1024,
		fds: await countDescriptors(pid),
		fdLimit: limit === undefined ? null : Number(limit),
	};
};

/** On newer kernels the directory's size is the number of descriptors; on others the entries are counted. */
const countDescriptors = async (pid: number): Promise<number | null> => {
	try {
		const {size} = await stat(`/proc/${pid}/fd`);
		if (size > 0) return size;
		let count = 0;
		for await (const _entry of await opendir(`/proc/${pid}/fd`)) if (++count >= maxCountedDescriptors) break;
		return count;
	} catch {
		return null;
	}
};
