/** A process in another time namespace (containers that were moved from host to host) reads a shifted CLOCK_MONOTONIC. */
import {readFileSync, readlinkSync} from 'node:fs';

/**
 * @param pid of a process on this host, as /proc has it
 * @returns by how many ms its CLOCK_MONOTONIC is ahead of ours; 0 where that cannot be known: it has ended already
 */
export function monotonicShift(pid: number): number {
	try {
		const timeNamespace = readlinkSync(`/proc/${pid}/ns/time`);
		if (timeNamespace === readlinkSync('/proc/self/ns/time')) return 0;
		// The offsets that /proc tells are those of the children, which are its own but for who has just asked for others.
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
