/** What the kernel does for each listener: how full its queues were, what it dropped, who else has its port. */

import type {Owner, SocketRecord} from '../../domain/events.ts';
import type {KernelLookEnd, KernelPart, LookKind} from '../../domain/kernel.ts';
import {
	addListening,
	type ListeningSocket,
	type ListeningSockets,
	takersOf,
} from '../../domain/listening-socket.ts';
import {advance} from '../../shared/rate.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import {addHalfOpen, type HalfOpen} from './half-open.ts';
import {
	type Listener,
	listenerOf,
	othersOf,
	ownSocket,
	portOf,
	publish,
	tellBacklog,
	type Who,
} from './listener-view.ts';

export type Accepting = {
	/** A listener's row is in the table: of those that the kernel alone knows, no record tells. */
	lives(entry: Entry): void;
	/** A record of a hook has been applied: some tell that a server listens, or has accepted a connection. */
	record(entry: Entry, record: SocketRecord): void;
	/** Some sockets of a look, before it has ended. */
	part(part: KernelPart): void;
	/** All parts of a look have come, and its sockets are joined to the rows. */
	end(end: KernelLookEnd, owners: ReadonlyMap<number, Owner>): void;
	/** Some listener has a neighbour on its port of whom nobody has told who it is. */
	hasUnnamed(): boolean;
	/** Time passes. @returns whether a row has changed */
	tick(now: number): boolean;
};

/** What a look has shown of a namespace's listeners so far. */
type Look = {
	at: number;
	/** Those that were listened on when it began: of others it was not asked. */
	ports: ReadonlySet<number>;
	listening: Parameters<typeof addListening>[0];
	halfOpen: Map<string, HalfOpen>;
};

/** More than come at a time. */
const looksKept = 128;
/** What was seen longer ago says nothing of now. */
const ratesKeptMs = 10_000;

/**
 * @param rows Those that listen get an `AcceptingView`.
 * @param somaxconnOf What caps the backlog of listen() in a network namespace now; null where that is not known.
 */
export function createAccepting(rows: Rows, somaxconnOf: (netns: string) => number | null): Accepting {
	const listeners = new Map<string, Listener>();
	/** The looks that are coming, by their namespace and kind. */
	const looks = new Map<string, Look>();

	function* listenersIn(netns: string): Generator<Listener> {
		for (const listener of listeners.values()) if (listener.entry.row.netns === netns) yield listener;
	}

	function know(entry: Entry): Listener {
		const known = listeners.get(entry.row.id);
		// A server that listens again begins anew.
		if (known?.entry === entry && known.openedAt === entry.row.openedAt) return known;
		const listener = listenerOf(entry);
		listeners.set(entry.row.id, listener);
		return listener;
	}

	function show(listener: Listener): boolean {
		// Who had the port that another could not have may be gone before the first look.
		if (isBindFailure(listener.entry) && listener.view.others.length === 0) return false;
		const isNews = publish(listener);
		if (isNews) rows.touch(listener.entry);
		return isNews;
	}

	/** The look that this belongs to; a look that was never ended makes room for the next one. */
	function lookOf(netns: string, kind: LookKind, at: number): Look {
		const key = `${kind} ${netns}`;
		const known = looks.get(key);
		if (known?.at === at) return known;
		const ports = new Set<number>();
		for (const {entry} of listenersIn(netns)) {
			const port = portOf(entry.row);
			if (port !== null) ports.add(port);
		}

		const oldest = looks.size < looksKept ? undefined : looks.keys().next().value;
		if (oldest !== undefined) looks.delete(oldest);
		const look: Look = {at, ports, listening: new Map(), halfOpen: new Map()};
		looks.set(key, look);
		return look;
	}

	/** Who holds a listening socket, as far as anybody can tell. */
	function holders(netns: string, owners: ReadonlyMap<number, Owner>): (inode: number | null) => Who | null {
		const watched = new Map<number, Who>();
		for (const {entry} of listenersIn(netns)) {
			const inode = entry.inode ?? entry.row.kernel?.inode ?? null;
			if (inode !== null && !watched.has(inode)) watched.set(inode, entry.row);
		}

		return inode => (inode === null ? null : (watched.get(inode) ?? owners.get(inode) ?? null));
	}

	function count(id: string | null): Listener | undefined {
		const listener = id === null ? undefined : listeners.get(id);
		if (listener !== undefined) listener.view.accepted = (listener.view.accepted ?? 0) + 1;
		return listener;
	}

	return {
		lives(entry) {
			const {closed, listening, kernelOnly} = entry.facts;
			if (!closed && (listening || kernelOnly)) know(entry);
		},
		record(entry, record) {
			if (record.type === 'bindError') know(entry);
			else if (record.type === 'listen') {
				const listener = know(entry);
				listener.view.backlog = record.backlog ?? listener.view.backlog;
				show(listener);
			} else if (record.type === 'accept') {
				// What a cluster's worker accepts, the primary's listener has taken for it.
				const listener = count(entry.row.listener);
				if (listener !== undefined) count(listener.entry.row.listener);
			}
		},
		part({netns, look: kind, at, sockets}) {
			if (!showsListeners(kind)) return;
			const look = lookOf(netns, kind, at);
			if (look.ports.size === 0) return;
			for (const socket of sockets) {
				if (socket.state === 'LISTEN') addListening(look.listening, socket, look.ports);
				else if (socket.state === 'SYN-RECV') addHalfOpen(look.halfOpen, socket);
			}
		},
		end({netns, look: kind, at}, owners) {
			if (!showsListeners(kind)) return;
			const {ports, listening, halfOpen} = lookOf(netns, kind, at);
			looks.delete(`${kind} ${netns}`);
			const counts = kind === 'table' ? countHalfOpen(listening, halfOpen.values()) : null;
			const whoHas = holders(netns, owners);
			const somaxconn = somaxconnOf(netns);
			for (const listener of listenersIn(netns)) {
				const {view, entry} = listener;
				const {kernel} = entry.row;
				if (kernel?.state === 'LISTEN' && kernel.recvQ !== null && kernel.recvQ > (view.queueMax ?? -1)) {
					view.queueMax = kernel.recvQ;
					view.queueMaxAt = kernel.seenAt;
				}

				tellBacklog(listener, somaxconn);
				view.dropsPerSecond = advance(listener.drops, kernel?.seenAt ?? at, kernel?.drops ?? null);
				const port = portOf(entry.row);
				if (port !== null && ports.has(port)) {
					const own = ownSocket(entry, listening);
					if (counts !== null) view.halfOpen = own === null ? null : (counts.get(own) ?? 0);
					const found = othersOf(own, listening.get(port), whoHas);
					if (found.others.length > 0 || !isBindFailure(entry)) Object.assign(view, found);
				}

				show(listener);
			}
		},
		hasUnnamed() {
			for (const {view} of listeners.values()) if (view.others.some(({pid}) => pid === null)) return true;
			return false;
		},
		tick(now) {
			let some = false;
			for (const [id, listener] of listeners) {
				const {entry, view} = listener;
				const ended = entry.facts.closed || rows.find(id) !== entry;
				view.acceptedPerSecond = ended ? null : advance(listener.accepted, now, view.accepted);
				if (ended || now - (entry.row.kernel?.seenAt ?? 0) > ratesKeptMs) view.dropsPerSecond = null;
				if (ended && !asksWhoElse(entry, now)) listeners.delete(id);

				if (rows.find(id) === entry && show(listener)) some = true;
			}

			return some;
		},
	};
}

/** A port that could not be had: the next looks tell who has it. */
const asksWhoElse = (entry: Entry, now: number): boolean =>
	isBindFailure(entry) && now - (entry.row.closedAt ?? 0) < askedMs;
const isBindFailure = ({row}: Entry): boolean => row.error?.phase === 'bind';
const askedMs = 15_000;

const showsListeners = (kind: LookKind): boolean => kind === 'table' || kind === 'listeners';

function countHalfOpen(
	listening: ListeningSockets,
	halfOpen: Iterable<HalfOpen>,
): ReadonlyMap<ListeningSocket, number> {
	const counts = new Map<ListeningSocket, number>();
	for (const {local, device, count} of halfOpen) {
		for (const taker of takersOf(listening, local, device)) {
			counts.set(taker, (counts.get(taker) ?? 0) + count);
		}
	}

	return counts;
}
