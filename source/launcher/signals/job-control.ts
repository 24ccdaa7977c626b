/** Suspending and continuing, as with Ctrl-Z and `fg` in a shell. */
import {readFileSync} from 'node:fs';

/** The parent, process group and session of a process, from /proc/PID/stat. */
type ProcessGroupInfo = {ppid: number; group: number; session: number};

const maxAncestors = 64;

/**
 * True if a stopped netwatch can be continued: a shell with job control, or a process in its place, waits for
 * netwatch's process group. Where none does (the group is orphaned in the words of POSIX.1-2017 §3.264:
 * started by a terminal, tmux, a container's runtime or a script in place of a shell), the kernel discards
 * SIGTSTP.
 *
 * @param readStat returns the text of /proc/PID/stat; throws where it cannot be read
 */
export const canSuspend = (readStat: (pid: number | 'self') => string = readStatFile): boolean => {
	const ownInfo = readGroupInfo(readStat, 'self');
	// Without /proc, a parent that is not init is most likely a shell.
	if (ownInfo === null) return process.ppid > 1;
	let {ppid} = ownInfo;
	for (let count = 0; count < maxAncestors; count += 1) {
		const parent = readGroupInfo(readStat, ppid);
		if (parent === null || parent.session !== ownInfo.session) return false;
		if (parent.group !== ownInfo.group) return true;
		({ppid} = parent);
	}

	return false;
};

/**
 * Stops this process and those of its group, as the terminal does at Ctrl-Z: a shell that waits for `npm
 * start` sees npm stop, and not netwatch. Returns when the process continues.
 */
export const suspendGroup = (): void => {
	process.kill(0, 'SIGTSTP');
	// A `kill -CONT` for netwatch alone is meant for its group as well.
	process.kill(0, 'SIGCONT');
};

const readStatFile = (pid: number | 'self'): string => readFileSync(`/proc/${pid}/stat`, 'utf8');

// 4711 (node) S 4700 4711 4600 …: state, ppid, pgrp, session (proc(5))
const readGroupInfo = (
	readStat: (pid: number | 'self') => string,
	pid: number | 'self',
): ProcessGroupInfo | null => {
	try {
		const stat = readStat(pid);
		const [, ppid, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return {ppid: Number(ppid), group: Number(group), session: Number(session)};
	} catch {
		return null;
	}
};
