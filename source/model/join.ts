/**
 * Lays a look at the kernel's table over the rows: by inode, then by cookie, then by tuple. A row that was joined
 * once keeps its cookie, which follows the socket through its close.
 */
import {close} from './apply-socket.ts';
import {type Entry, isCounted, updateStage} from './entry.ts';
import {finders} from './find-socket.ts';
import type {Owner} from './input.ts';
import {addKernelOnly} from './kernel-only.ts';
import type {Limits} from './limits.ts';
import type {Rows} from './rows.ts';
import {see} from './see.ts';
import {tupleKey} from './tuple.ts';
import type {KernelSocket} from './types.ts';

/** All sockets of one look at the table. */
export type KernelSnapshot = {netns: string; at: number; sockets: readonly KernelSocket[]};

export type JoinContext = {rows: Rows; limits: Limits; owners: ReadonlyMap<number, Owner>};

export function joinKernel(context: JoinContext, snapshot: KernelSnapshot): void {
	const {rows} = context;
	const here: Entry[] = [];
	/** Connections that are younger than the look: one that it shows as waiting has been accepted since. */
	const young = new Set<string>();
	for (const entry of rows.entries.values()) {
		const {row} = entry;
		if (row.netns !== snapshot.netns || row.kind === 'unix' || row.kind === 'udp') continue;
		if (row.kernel !== null || row.openedAt <= snapshot.at) {
			here.push(entry);
			continue;
		}

		const key = tupleKey(row.local, row.peer);
		if (key !== null) young.add(key);
	}

	// Sure ways first: nobody else's socket may be taken by its tuple.
	let unseen: readonly Entry[] = here;
	let free: readonly KernelSocket[] = snapshot.sockets;
	for (const by of ['inode', 'cookie', 'tuple'] as const) {
		if (unseen.length === 0) break;
		const find = finders[by](free);
		const claimed = new Set<KernelSocket>();
		unseen = unseen.filter(entry => {
			const socket = find(entry);
			// Several processes may hold one socket; any other likeness is good for one row only.
			if (socket === undefined || (by !== 'inode' && claimed.has(socket))) return true;
			claimed.add(socket);
			if (see(entry, socket, by, snapshot.at)) rows.touch(entry);
			return false;
		});
		free = free.filter(socket => !claimed.has(socket));
	}

	const shown = new Set(unseen.length === 0 ? [] : snapshot.sockets.map(socket => socket.cookie));
	for (const entry of unseen) miss(context, entry, shown, snapshot.at);
	addKernelOnly(context, snapshot, {free, here, young});
}

/** @param shown the cookies of all sockets in the look */
function miss(
	{rows, limits}: JoinContext,
	entry: Entry,
	shown: ReadonlySet<string | null>,
	at: number,
): void {
	const {row, facts} = entry;
	const {kernel} = row;
	if (kernel === null) return;
	// A process whose hook spoke after all has the row of it.
	if (facts.kernelOnly && shown.has(kernel.cookie)) {
		rows.remove(entry);
		return;
	}

	entry.misses++;
	if (entry.misses < limits.misses) return;
	if (facts.kernelOnly && !isCounted(row, facts)) {
		rows.remove(entry);
		return;
	}

	if (facts.kernelOnly) {
		close(entry, at);
		rows.retire(entry);
	}

	row.kernel = null;
	row.joinedBy = null;
	facts.kernelState = null;
	updateStage(entry, at);
	rows.touch(entry);
}
