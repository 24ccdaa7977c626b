import {opendir, readlink} from 'node:fs/promises';
import {err, ok, type Result} from '../shared/result.ts';

export type SocketInodes = {
	/** All sockets that the process holds, also Unix sockets and sockets shared with other processes. */
	inodes: Set<number>;
	/** Those that are standard streams, and nothing else. */
	stdio: Set<number>;
	/** Number of descriptors beyond the limit. */
	skippedCount: number;
};

const batchSize = 64;

/**
 * Reads the sockets that a process holds from `/proc/PID/fd`: the same numbers as `ino:` of ss.
 *
 * @param pid the process
 * @param maxDescriptors most descriptors to read, about 10 µs each
 * @returns a reason where the process is gone or unreadable
 */
export const readSocketInodes = async (
	pid: number,
	maxDescriptors: number,
): Promise<Result<SocketInodes>> => {
	const names: string[] = [];
	let skippedCount = 0;
	try {
		for await (const entry of await opendir(`/proc/${pid}/fd`, {bufferSize: 256})) {
			if (names.length < maxDescriptors) names.push(entry.name);
			else skippedCount++;
		}
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : null;
		return err(code === 'EACCES' ? `no right to see the files of process ${pid}` : `process ${pid} is gone`);
	}
	const inodes = new Set<number>();
	const stdio = new Set<number>();
	for (let from = 0; from < names.length; from += batchSize) {
		const links = names
			.slice(from, from + batchSize)
			.map(async name => ({name, link: await readlink(`/proc/${pid}/fd/${name}`).catch(() => '')}));
		for (const {name, link} of await Promise.all(links)) {
			const inode = Number(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? Number.NaN);
			if (Number.isNaN(inode)) continue;
			if (Number(name) > 2) stdio.delete(inode);
			else if (!inodes.has(inode)) stdio.add(inode);
			inodes.add(inode);
		}
	}
	return ok({inodes, stdio, skippedCount});
};
