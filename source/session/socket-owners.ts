/**
 * Maps sockets to their processes, over all processes that this user may read. Polled while sockets of all
 * processes are shown, and to name another owner of a watched listener's port.
 */
import {readdir} from 'node:fs/promises';
import type {Owners, SocketOwner} from '../domain/events.ts';
import {describeCommandLine} from '../domain/program-name.ts';
import type {Clock} from '../intake/clock.ts';
import {parseStat, readProcFile} from '../procfs/proc-file.ts';
import {readSocketInodes} from '../procfs/socket-inodes.ts';
import {startAdaptivePoll} from '../shared/adaptive-poll.ts';
import {sanitize} from '../text/sanitize.ts';

export type SocketOwners = {
	/** By inode; `watched` entries are more exact and take precedence. */
	mergedWith(watched: Owners): Owners;
	close(): void;
};

export type SocketOwnersOptions = {
	clock: Clock;
	/** Whether owners are needed now, and the time to the next poll. */
	urgency(): 'often' | 'rarely' | null;
	/** Processes whose sockets have rows of their own. */
	isWatched(pid: number): boolean;
};

/** Least time between two polls of all processes, in ms. */
const scanIntervalMs = {often: 2000, rarely: 10_000};
const checkIntervalMs = 250;
/** Limits of one poll: processes, descriptors per process, sockets in all. */
const processesLimit = 5000;
const descriptorsLimit = 20_000;
const socketsLimit = 200_000;
const commandLineLimit = 4096;

const noOwners: Owners = new Map();

export function watchSocketOwners({clock, urgency, isWatched}: SocketOwnersOptions): SocketOwners {
	let scannedOwners = noOwners;
	let mergedFrom: {
		watched: Owners;
		others: Owners;
	} | null = null;
	let mergedOwners = noOwners;
	let scannedAt = Number.NEGATIVE_INFINITY;
	let closed = false;

	async function scan(): Promise<number> {
		const currentUrgency = urgency();
		if (currentUrgency === null) {
			scannedOwners = noOwners;
			return 0;
		}

		const began = clock.now();
		if (began - scannedAt < scanIntervalMs[currentUrgency]) return 0;
		const ownersByInode = new Map<number, SocketOwner>();
		for (const name of (await readdir('/proc').catch(() => [])).slice(0, processesLimit * 4)) {
			const pid = Number(name);
			if (closed || ownersByInode.size >= socketsLimit) break;
			if (!Number.isInteger(pid) || pid <= 0 || isWatched(pid)) continue;
			const sockets = await readSocketInodes(pid, descriptorsLimit);
			if (!sockets.ok || sockets.value.inodes.size === 0) continue;
			const owner = {proc: null, pid, program: await programNameOf(pid)};
			for (const inode of sockets.value.inodes)
				if (!ownersByInode.has(inode)) ownersByInode.set(inode, owner);
		}

		scannedOwners = ownersByInode;
		scannedAt = clock.now();
		return scannedAt - began;
	}

	const stopScanning = startAdaptivePoll(scan, {
		intervalMs: checkIntervalMs,
		costFactor: 10,
		maxPauseMs: 10_000,
	});
	return {
		mergedWith(watched) {
			if (scannedOwners.size === 0) return watched;
			if (mergedFrom?.watched !== watched || mergedFrom.others !== scannedOwners) {
				mergedFrom = {watched, others: scannedOwners};
				mergedOwners = new Map([...scannedOwners, ...watched]);
			}

			return mergedOwners;
		},
		close() {
			closed = true;
			stopScanning();
		},
	};
}

async function programNameOf(pid: number): Promise<string> {
	const [commandLine, stat] = await Promise.all([
		readProcFile(`/proc/${pid}/cmdline`, commandLineLimit),
		readProcFile(`/proc/${pid}/stat`, commandLineLimit),
	]);
	const words = (commandLine?.text ?? '').replace(/\0+$/, '').split('\0');
	const comm = (stat === null ? null : parseStat(stat.text))?.comm ?? '';
	return sanitize(describeCommandLine(words[0] === '' ? [comm] : words).program);
}
