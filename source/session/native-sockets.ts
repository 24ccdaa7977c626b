/**
 * Sockets that a hooked process holds and no object of Node's owns: those of native addons and libraries, of
 * c-ares, of getaddrinfo. /proc/PID/fd has them, and the hook does not.
 */

import type {HookThreads} from '../intake/hook-threads.ts';
import {readProcFile} from '../procfs/proc-file.ts';
import {readSocketInodes} from '../procfs/socket-inodes.ts';

export type NativeSocketsOptions = {
	now: () => number;
	hookThreads: Pick<HookThreads, 'allHeardSince'>;
	/** Kind of the socket with this inode in the newest snapshot; null for none. */
	kernelSocketKind: (inode: number) => 'unix' | 'internet' | null;
	/** Whether a row of a process has, or had, the socket with this inode. */
	hasRow: (netns: string, inode: number) => boolean;
};

export type NativeSockets = {
	/** The inodes of a process's sockets, read as often as their number allows. */
	inodesOf: (pid: number, netns: string | null) => Promise<readonly number[]>;
	forgetGone: (alive: ReadonlySet<number>) => void;
	/** A UDP socket may be among them: the table of those should be read. */
	readonly hasUdp: boolean;
};

type ProcessState = {
	/** When each held socket was first seen. */
	heldSince: ReadonlyMap<number, number>;
	readAt: number;
	tookMs: number;
	hasUdp: boolean;
};

/**
 * How long a socket is held before it counts: Node's own is reported within a tick, and one on its way to another
 * process is passed on. The hook has been heard meanwhile, so that no blocked loop keeps the report.
 */
const settleMs = 1500;
const reportMs = 500;
/** Later, a socket that is in no table is not one of UDP: mostly a pipe. */
const udpCheckMs = 10_000;
const maxDescriptors = 4096;
/** Reading takes a fiftieth of the time; on a busy machine even a short list takes long. */
const costFactor = 50;
const maxPauseMs = 5000;
/** About 2000 sockets. */
const maxTableLength = 256 * 1024;

export const createNativeSockets = ({
	now,
	hookThreads,
	kernelSocketKind,
	hasRow,
}: NativeSocketsOptions): NativeSockets => {
	const states = new Map<number, ProcessState>();

	const read = async (pid: number, before: ProcessState | undefined): Promise<ProcessState | null> => {
		const began = now();
		const sockets = await readSocketInodes(pid, maxDescriptors);
		if (!sockets.ok) return null;
		const heldSince = new Map<number, number>();
		for (const inode of sockets.value.inodes) {
			if (!sockets.value.stdio.has(inode)) heldSince.set(inode, before?.heldSince.get(inode) ?? began);
		}
		const unknown = [...heldSince]
			.filter(([inode, since]) => began - since < udpCheckMs && kernelSocketKind(inode) === null)
			.map(([inode]) => inode);
		const hasUdp = unknown.length > 0 && (await isAnyUdp(pid, unknown));
		return {heldSince, readAt: now(), tookMs: now() - began, hasUdp: hasUdp || (before?.hasUdp ?? false)};
	};

	return {
		inodesOf: async (pid, netns) => {
			let state = states.get(pid);
			if (state === undefined || now() - state.readAt >= Math.min(state.tookMs * costFactor, maxPauseMs)) {
				const newest = await read(pid, state);
				if (newest === null) return [];
				state = newest;
				states.set(pid, newest);
			}
			if (netns === null) return [];
			return [...state.heldSince]
				.filter(([, since]) => now() - since >= settleMs && hookThreads.allHeardSince(pid, since + reportMs))
				.map(([inode]) => inode)
				.filter(inode => kernelSocketKind(inode) === 'internet' && !hasRow(netns, inode));
		},
		forgetGone: alive => {
			for (const pid of states.keys()) if (!alive.has(pid)) states.delete(pid);
		},
		get hasUdp() {
			return [...states.values()].some(state => state.hasUdp);
		},
	};
};

// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode ref pointer drops
const inodeColumn = 9;

const isAnyUdp = async (pid: number, inodes: readonly number[]): Promise<boolean> => {
	const wanted = new Set(inodes.map(String));
	for (const name of ['udp', 'udp6']) {
		const file = await readProcFile(`/proc/${pid}/net/${name}`, maxTableLength);
		const lines = file?.text.split('\n').slice(1) ?? [];
		if (lines.some(line => wanted.has(line.trim().split(/\s+/)[inodeColumn] ?? ''))) return true;
	}
	return false;
};
