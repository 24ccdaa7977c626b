/**
 * Pid namespaces: a process in another one (`unshare -pf`, a container) knows itself by a pid that means
 * another process, or none, to netwatch. Its pid in netwatch's /proc is found by the NSpid line of
 * /proc/PID/status (proc_pid_status(5)), which lists the process's pids from the outer to the inner namespace.
 */
import {existsSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';

export type PidNamespaces = {
	/**
	 * @param pid as the process itself knows it
	 * @param pidns number of its pid namespace, as in /proc/PID/ns/pid; null where it could not read that
	 * @returns the same pid for a process of netwatch's own namespace; null where none is found, as for one
	 *   that has ended
	 */
	outerPid(pid: number, pidns: string | null): number | null;
	/** @returns the parent's pid in netwatch's /proc; null for a process that has ended */
	parentOf(pid: number): number | null;
	/**
	 * @param pid a process in netwatch's /proc
	 * @param tid one of its threads as the process reads it in its /proc, which may be netwatch's or its own
	 */
	outerTid(pid: number, tid: number): number | null;
};

export function createPidNamespaces(): PidNamespaces {
	const ownNamespace = namespaceOf('self');
	return {
		outerPid(pid, pidns) {
			if (pidns === null || ownNamespace === null || pidns === ownNamespace) return pid;
			// The newest first: a process that has just started mostly has one of the highest pids.
			const pids = numbersIn('/proc').sort((one, other) => other - one);
			return (
				pids.find(each => namespaceOf(each) === pidns && innerIdOf(`/proc/${each}/status`) === pid) ?? null
			);
		},
		parentOf(pid) {
			const line = /^PPid:\s+(\d+)$/m.exec(readText(`/proc/${pid}/status`))?.[1];
			return line === undefined ? null : Number(line);
		},
		outerTid(pid, tid) {
			if (existsSync(`/proc/${pid}/task/${tid}`)) return tid;
			const tids = numbersIn(`/proc/${pid}/task`);
			return tids.find(each => innerIdOf(`/proc/${pid}/task/${each}/status`) === tid) ?? null;
		},
	};
}

/** "pid:[4026531836]" → "4026531836" */
const namespaceOf = (pid: number | 'self'): string | null => {
	try {
		return /^pid:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[1] ?? null;
	} catch {
		return null;
	}
};

// NSpid:	5192	1
const innerIdOf = (statusPath: string): number =>
	Number(/^NSpid:.*?(\d+)$/m.exec(readText(statusPath))?.[1] ?? Number.NaN);

const numbersIn = (directory: string): number[] => {
	try {
		return readdirSync(directory).map(Number).filter(Number.isInteger);
	} catch {
		return [];
	}
};

const readText = (path: string): string => {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
};
