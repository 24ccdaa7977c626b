import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

const ticksASecond = Number(execFileSync('getconf', ['CLK_TCK'], {encoding: 'utf8'}));

/** User and system time of a process so far, in seconds: fields 14 and 15 of /proc/PID/stat (proc(5)). */
export function cpuSeconds(pid: string): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / ticksASecond;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: string): number {
	const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return Number(kilobytes) * 1024;
}

/** The descriptor limit of a process started here. */
export function descriptorLimit(): number {
	const limit = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
	return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
