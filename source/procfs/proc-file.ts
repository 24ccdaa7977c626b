import {open} from 'node:fs/promises';

/**
 * The beginning of a file of /proc. Asynchronous although they lie in memory: the kernel makes who reads another
 * process's arguments wait while that process holds its memory map.
 *
 * @param maxBytes Most bytes to read.
 * @returns The text, and whether the file was longer; null where it is gone or not ours to read.
 */
export const readProcFile = async (
	path: string,
	maxBytes: number,
): Promise<{text: string; cut: boolean} | null> => {
	const file = await open(path, 'r').catch(() => null);
	try {
		if (file === null) return null;
		const buffer = Buffer.allocUnsafe(maxBytes + 1);
		let length = 0;
		while (length < buffer.length) {
			const {bytesRead} = await file.read(buffer, length, buffer.length - length);
			if (bytesRead === 0) break;
			length += bytesRead;
		}
		return {text: buffer.toString('utf8', 0, Math.min(length, maxBytes)), cut: length > maxBytes};
	} catch {
		return null;
	} finally {
		await file?.close();
	}
};

/** What netwatch reads of `/proc/PID/stat`. */
export type ProcStat = {
	comm: string;
	ppid: number;
	cpuSeconds: number;
	/** Clock ticks since boot: with the pid, the identity of a process. */
	startTicks: number;
};

/** USER_HZ: the unit of times in /proc, 100 on every platform that Node runs on. */
const ticksPerSecond = 100;

/**
 * `/proc/PID/stat`.
 *
 * @returns null where it is no such line.
 */
// 4711 (node) S 4700 4711 4700 34816 … utime stime … starttime …
export const parseStat = (text: string): ProcStat | null => {
	// The name may hold spaces and parentheses, what follows it does not.
	const open = text.indexOf('(');
	const close = text.lastIndexOf(')');
	if (open === -1 || close < open) return null;
	const fields = text.slice(close + 2).split(' ');
	const [ppid, utime, stime, startTicks] = [1, 11, 12, 19].map(index => Number(fields[index] ?? Number.NaN));
	if (ppid === undefined || utime === undefined || stime === undefined || startTicks === undefined)
		return null;
	if (![ppid, utime, stime, startTicks].every(Number.isFinite)) return null;
	return {
		comm: text.slice(open + 1, close),
		ppid,
		cpuSeconds: (utime + stime) / ticksPerSecond,
		startTicks,
	};
};
