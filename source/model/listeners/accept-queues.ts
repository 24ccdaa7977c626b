/** The kernel's view of each listener: the fill of its queues, its drops, and other sockets on its port. */

import type {Owners, SocketRecord} from '../../domain/events.ts';
import type {SnapshotEnd, SnapshotKind, SnapshotPart} from '../../domain/kernel.ts';
import {
	addListening,
	type ListeningSocket,
	type ListeningSockets,
	lookupListeners,
} from '../../domain/listening-socket.ts';
import {updateRate} from '../../shared/rate.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import {addHalfOpen, type HalfOpen} from './half-open.ts';
import {
	createListener,
	inferBacklog,
	type Listener,
	otherListenersOf,
	ownSocket,
	type ProcessRef,
	portOf,
	publish,
} from './listener-view.ts';

export type AcceptQueues = {
	/** A listener's row is in the table; for a kernel-only row there is no record. */
	trackListener(entry: Entry): void;
	/** A hook's record was applied: a listen() or an accepted connection counts here. */
	record(entry: Entry, record: SocketRecord): void;
	/** Some sockets of an unfinished snapshot. */
	addPart(part: SnapshotPart): void;
	/** A snapshot has ended, and its sockets are joined to the rows. */
	endSnapshot(end: SnapshotEnd, owners: Owners): void;
	/** A listener shares its port with a socket of a still unknown process. */
	hasUnidentified(): boolean;
	/**
	 * A clock tick.
	 *
	 * @returns whether a row has changed
	 */
	tick(now: number): boolean;
};

/** An unfinished snapshot of a namespace's listeners. */
type PendingSnapshot = {
	at: number;
	/** Ports with a listener when it began: others were not included. */
	ports: ReadonlySet<number>;
	listening: Parameters<typeof addListening>[0];
	halfOpen: Map<string, HalfOpen>;
};

/** Above any number of concurrent snapshots. */
const maxPendingSnapshots = 128;
/** Older counts do not describe the present. */
const rateMaxAgeMs = 10_000;

/**
 * @param rows their listeners get an `AcceptQueueView`
 * @param somaxconnOf returns the current cap on the backlog of listen() in a network namespace; null where
 *   unknown
 */
export function createAcceptQueues(rows: Rows, somaxconnOf: (netns: string) => number | null): AcceptQueues {
	const listeners = new Map<string, Listener>();
	/** Snapshots in progress, by namespace and kind. */
	const pendingSnapshots = new Map<string, PendingSnapshot>();

	function* listenersIn(netns: string): Generator<Listener> {
		for (const listener of listeners.values()) if (listener.entry.row.netns === netns) yield listener;
	}

	function track(entry: Entry): Listener {
		const existing = listeners.get(entry.row.id);
		// A server that listens again starts anew.
		if (existing?.entry === entry && existing.openedAt === entry.row.openedAt) return existing;
		const listener = createListener(entry);
		listeners.set(entry.row.id, listener);
		return listener;
	}

	function refreshRow(listener: Listener): boolean {
		// The holder of a port that could not be bound may be gone before the first snapshot.
		if (isBindFailure(listener.entry) && listener.view.others.length === 0) return false;
		const changed = publish(listener);
		if (changed) rows.touch(listener.entry);
		return changed;
	}

	/** The snapshot of a part; one that was never ended is evicted by the next. */
	function pendingSnapshotOf(netns: string, kind: SnapshotKind, at: number): PendingSnapshot {
		const key = `${kind} ${netns}`;
		const existing = pendingSnapshots.get(key);
		if (existing?.at === at) return existing;
		const ports = new Set<number>();
		for (const {entry} of listenersIn(netns)) {
			const port = portOf(entry.row);
			if (port !== null) ports.add(port);
		}

		const oldest =
			pendingSnapshots.size < maxPendingSnapshots ? undefined : pendingSnapshots.keys().next().value;
		if (oldest !== undefined) pendingSnapshots.delete(oldest);
		const snapshot: PendingSnapshot = {at, ports, listening: new Map(), halfOpen: new Map()};
		pendingSnapshots.set(key, snapshot);
		return snapshot;
	}

	/** The process that holds a listening socket, as far as known. */
	function ownerLookup(netns: string, owners: Owners): (inode: number | null) => ProcessRef | null {
		const watched = new Map<number, ProcessRef>();
		for (const {entry} of listenersIn(netns)) {
			const inode = entry.inode ?? entry.row.kernel?.inode ?? null;
			if (inode !== null && !watched.has(inode)) watched.set(inode, entry.row);
		}

		return inode => (inode === null ? null : (watched.get(inode) ?? owners.get(inode) ?? null));
	}

	function countAccepted(id: string | null): Listener | undefined {
		const listener = id === null ? undefined : listeners.get(id);
		if (listener !== undefined) listener.view.accepted = (listener.view.accepted ?? 0) + 1;
		return listener;
	}

	return {
		trackListener(entry) {
			const {closed, listening, kernelOnly} = entry.facts;
			if (!closed && (listening || kernelOnly)) track(entry);
		},
		record(entry, record) {
			if (record.type === 'bindError') track(entry);
			else if (record.type === 'listen') {
				const listener = track(entry);
				listener.view.backlog = record.backlog ?? listener.view.backlog;
				refreshRow(listener);
			} else if (record.type === 'accept') {
				// A cluster worker's connections were accepted by the primary's listener.
				const listener = countAccepted(entry.row.listener);
				if (listener !== undefined) countAccepted(listener.entry.row.listener);
			}
		},
		addPart({netns, kind, at, sockets}) {
			if (!includesListeners(kind)) return;
			const snapshot = pendingSnapshotOf(netns, kind, at);
			if (snapshot.ports.size === 0) return;
			for (const socket of sockets) {
				if (socket.state === 'LISTEN') addListening(snapshot.listening, socket, snapshot.ports);
				else if (socket.state === 'SYN-RECV') addHalfOpen(snapshot.halfOpen, socket);
			}
		},
		endSnapshot({netns, kind, at}, owners) {
			if (!includesListeners(kind)) return;
			const {ports, listening, halfOpen} = pendingSnapshotOf(netns, kind, at);
			pendingSnapshots.delete(`${kind} ${netns}`);
			const counts = kind === 'table' ? countHalfOpen(listening, halfOpen.values()) : null;
			const ownerOf = ownerLookup(netns, owners);
			const somaxconn = somaxconnOf(netns);
			for (const listener of listenersIn(netns)) {
				const {view, entry} = listener;
				const {kernel} = entry.row;
				if (kernel?.state === 'LISTEN' && kernel.recvQ !== null && kernel.recvQ > (view.queueMax ?? -1)) {
					view.queueMax = kernel.recvQ;
					view.queueMaxAt = kernel.seenAt;
				}

				inferBacklog(listener, somaxconn);
				view.dropsPerSecond = updateRate(listener.drops, kernel?.seenAt ?? at, kernel?.drops ?? null);
				const port = portOf(entry.row);
				// Of a socket of another namespace, this one's listeners say nothing.
				if (port !== null && ports.has(port) && !entry.absent) {
					const own = ownSocket(entry, listening);
					if (counts !== null) view.halfOpen = own === null ? null : (counts.get(own) ?? 0);
					const otherListeners = otherListenersOf(own, listening.get(port), ownerOf);
					if (otherListeners.others.length > 0 || !isBindFailure(entry)) Object.assign(view, otherListeners);
				}

				refreshRow(listener);
			}
		},
		hasUnidentified() {
			for (const {view} of listeners.values()) if (view.others.some(({pid}) => pid === null)) return true;
			return false;
		},
		tick(now) {
			let anyChanged = false;
			for (const [id, listener] of listeners) {
				const {entry, view} = listener;
				const ended = entry.facts.closed || rows.find(id) !== entry;
				view.acceptedPerSecond = ended ? null : updateRate(listener.accepted, now, view.accepted);
				if (ended || now - (entry.row.kernel?.seenAt ?? 0) > rateMaxAgeMs) view.dropsPerSecond = null;
				if (ended && !awaitsPortOwner(entry, now)) listeners.delete(id);

				if (rows.find(id) === entry && refreshRow(listener)) anyChanged = true;
			}

			return anyChanged;
		},
	};
}

/** A failed bind: the next snapshots show the port's holder. */
const awaitsPortOwner = (entry: Entry, now: number): boolean =>
	isBindFailure(entry) && now - (entry.row.closedAt ?? 0) < portOwnerWaitMs;
const isBindFailure = ({row}: Entry): boolean => row.error?.phase === 'bind';
const portOwnerWaitMs = 15_000;

const includesListeners = (kind: SnapshotKind): boolean => kind === 'table' || kind === 'listeners';

function countHalfOpen(
	listening: ListeningSockets,
	halfOpen: Iterable<HalfOpen>,
): ReadonlyMap<ListeningSocket, number> {
	const counts = new Map<ListeningSocket, number>();
	for (const {local, device, count} of halfOpen) {
		for (const receiver of lookupListeners(listening, local, device)) {
			counts.set(receiver, (counts.get(receiver) ?? 0) + count);
		}
	}

	return counts;
}
