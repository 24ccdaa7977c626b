import {opendir, readlink} from 'node:fs/promises';
import {type Parsed, parsed, refused} from '../shared/result.ts';

export type SocketInodes = {
	/** Of all sockets that the process holds, also unix sockets and such that it shares with others. */
	inodes: Set<number>;
	/** Those that are its standard streams, and nothing else. */
	standard: Set<number>;
	/** Descriptors beyond the limit. */
	notLookedAt: number;
};

const batch = 64;

/**
 * The sockets that a process holds, by `/proc/PID/fd`: what `ino:` of ss is compared with.
 *
 * @param pid The process.
 * @param limit Most descriptors to look at, about 10 µs each.
 * @returns A reason where it is gone or not ours to see.
 */
export const socketInodes = async (pid: number, limit: number): Promise<Parsed<SocketInodes>> => {
	const names: string[] = [];
	let notLookedAt = 0;
	try {
		for await (const entry of await opendir(`/proc/${pid}/fd`, {bufferSize: 256})) {
			if (names.length < limit) names.push(entry.name);
			else notLookedAt++;
		}
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : null;
		return refused(
			code === 'EACCES' ? `no right to see the files of process ${pid}` : `process ${pid} is gone`,
		);
	}
	const inodes = new Set<number>();
	const standard = new Set<number>();
	for (let from = 0; from < names.length; from += batch) {
		const links = names
			.slice(from, from + batch)
			.map(async name => ({name, link: await readlink(`/proc/${pid}/fd/${name}`).catch(() => '')}));
		for (const {name, link} of await Promise.all(links)) {
			const inode = Number(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? Number.NaN);
			if (Number.isNaN(inode)) continue;
			if (Number(name) > 2) standard.delete(inode);
			else if (!inodes.has(inode)) standard.add(inode);
			inodes.add(inode);
		}
	}
	return parsed({inodes, standard, notLookedAt});
};
