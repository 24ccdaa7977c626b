/**
 * Which process holds which socket, of all that this user may look at: asked while every socket is shown, and to name who
 * else listens on a watched listener's port.
 */
import {readdir} from 'node:fs/promises';
import type {SocketOwner} from '../domain/events.ts';
import {describeCommandLine} from '../domain/program-name.ts';
import type {Clock} from '../intake/clock.ts';
import {parseStat, readProcFile} from '../procfs/proc-file.ts';
import {readSocketInodes} from '../procfs/socket-inodes.ts';
import {startAdaptivePoll} from '../shared/adaptive-poll.ts';
import {sanitize} from '../text/sanitize.ts';

export type OtherOwners = {
	/** By inode; `watched` ones, which are known better, go before. */
	with(watched: ReadonlyMap<number, SocketOwner>): ReadonlyMap<number, SocketOwner>;
	close(): void;
};

export type OtherOwnersOptions = {
	clock: Clock;
	/** Whether anybody wants to know now, and how soon again. */
	wanted(): 'often' | 'rarely' | null;
	/** Processes whose sockets have rows of their own. */
	isWatched(pid: number): boolean;
};

/** Least time between two looks at all processes, in ms. */
const lookMs = {often: 2000, rarely: 10_000};
const idleMs = 250;
/** Most processes, descriptors of one, and sockets of all that are looked at. */
const processesLimit = 5000;
const descriptorsLimit = 20_000;
const socketsLimit = 200_000;
const commandLineLimit = 4096;

const nobody: ReadonlyMap<number, SocketOwner> = new Map();

export function watchOtherOwners({clock, wanted, isWatched}: OtherOwnersOptions): OtherOwners {
	let others = nobody;
	let last: {watched: ReadonlyMap<number, SocketOwner>; others: ReadonlyMap<number, SocketOwner>} | null =
		null;
	let all = nobody;
	let lookedAt = Number.NEGATIVE_INFINITY;
	let closed = false;

	async function look(): Promise<number> {
		const how = wanted();
		if (how === null) {
			others = nobody;
			return 0;
		}

		const began = clock.now();
		if (began - lookedAt < lookMs[how]) return 0;
		const found = new Map<number, SocketOwner>();
		for (const name of (await readdir('/proc').catch(() => [])).slice(0, processesLimit * 4)) {
			const pid = Number(name);
			if (closed || found.size >= socketsLimit) break;
			if (!Number.isInteger(pid) || pid <= 0 || isWatched(pid)) continue;
			const held = await readSocketInodes(pid, descriptorsLimit);
			if (!held.ok || held.value.inodes.size === 0) continue;
			const owner = {proc: null, pid, program: await programOf(pid)};
			for (const inode of held.value.inodes) if (!found.has(inode)) found.set(inode, owner);
		}

		others = found;
		lookedAt = clock.now();
		return lookedAt - began;
	}

	const end = startAdaptivePoll(look, {intervalMs: idleMs, costFactor: 10, maxPauseMs: 10_000});
	return {
		with(watched) {
			if (others.size === 0) return watched;
			if (last?.watched !== watched || last.others !== others) {
				last = {watched, others};
				all = new Map([...others, ...watched]);
			}

			return all;
		},
		close() {
			closed = true;
			end();
		},
	};
}

async function programOf(pid: number): Promise<string> {
	const [commandLine, stat] = await Promise.all([
		readProcFile(`/proc/${pid}/cmdline`, commandLineLimit),
		readProcFile(`/proc/${pid}/stat`, commandLineLimit),
	]);
	const words = (commandLine?.text ?? '').replace(/\0+$/, '').split('\0');
	const comm = (stat === null ? null : parseStat(stat.text))?.comm ?? '';
	return sanitize(describeCommandLine(words[0] === '' ? [comm] : words).program);
}
