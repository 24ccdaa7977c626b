/**
 * Time namespaces: a process in another one (a container moved from host to host) reads a shifted
 * CLOCK_MONOTONIC.
 */
import {readFileSync, readlinkSync} from 'node:fs';

/**
 * @param pid a process of this host, as numbered in /proc
 * @returns how many ms its CLOCK_MONOTONIC is ahead of netwatch's; 0 where that is not known, as for an ended
 * process
 */
export function monotonicShift(pid: number): number {
	try {
		const timeNamespace = readlinkSync(`/proc/${pid}/ns/time`);
		if (timeNamespace === readlinkSync('/proc/self/ns/time')) return 0;
		// /proc shows the offsets for the children of a process; they are its own unless it has just unshared its
		// time namespace.
		if (timeNamespace !== readlinkSync(`/proc/${pid}/ns/time_for_children`)) return 0;
		return monotonicOffset(pid) - monotonicOffset('self');
	} catch {
		return 0;
	}
}

/** "monotonic        100000         0": seconds and nanoseconds ahead of the host's (time_namespaces(7)) */
function monotonicOffset(pid: number | 'self'): number {
	const [, seconds = 0, nanoseconds = 0] =
		/^monotonic\s+(-?\d+)\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/timens_offsets`, 'utf8')) ?? [];
	return Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
}
