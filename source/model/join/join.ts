/**
 * Lays the kernel's sockets over the rows, part by part as a look comes: by inode, then by cookie, and at the end of
 * the look by tuple, so that nobody else's socket is taken.
 */

import type {KernelLookEnd, KernelPart, LookKind} from '../../domain/kernel.ts';
import type {JoinedBy, KernelSocket} from '../../domain/row.ts';
import {isList, listOf} from '../../shared/multi-map.ts';
import type {Entry, Space} from '../table/entry.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import type {KernelIndex} from '../table/socket-index.ts';
import {createViews} from './cross-check.ts';
import {copyOf} from './detach-socket.ts';
import {createJoinEnds} from './join-destroyed.ts';
import {createKernelOnly} from './kernel-only-rows.ts';
import {findLikely, findListeners, findSurely, wayTo, youngestOf} from './match-row.ts';
import {see} from './merge-kernel-view.ts';
import {forgetSockets, missSockets} from './missing-sockets.ts';
import type {Pairs} from './pairs.ts';
import type {Look, Owners} from './pending-snapshot.ts';

export type Join = {
	/** @returns whether the table changed */
	part(part: KernelPart, owners: Owners): boolean;
	end(end: KernelLookEnd, owners: Owners): void;
	/** After a hook's record was applied to its row. */
	told(entry: Entry): void;
	/** Whether sockets of others are rows. */
	setAll(on: boolean): void;
	/** A namespace is looked at no longer. */
	forget(netns: string, at: number): void;
	/** Rows that have a new socket since the last call: what the kernel alone knows of it may change their routes. */
	takeNews(): readonly Entry[];
	readonly showsAll: boolean;
	/** Some connection on a watched port is nobody's that is known. */
	readonly hasNoOwner: boolean;
	/** Sockets of the newest looks that found no place in the table. */
	readonly notShown: number;
	/** Sockets that could not be held until their rows were known. */
	readonly notHeld: number;
};

const lookKinds: readonly LookKind[] = ['table', 'listeners', 'info', 'time-wait'];
/** Tables with fewer sockets are read whole each time. */
const thoroughUpTo = 4000;
/** So many sockets of a look wait for its end, at most; the others may be joined by the next one. */
const waitingLimit = 20_000;

export function createJoin(rows: Rows, index: KernelIndex, limits: Limits, pairs: Pairs): Join {
	const looks = new Map<string, Look>();
	/** Sockets in the newest whole look, and those of them that got no row. */
	const sizes = new Map<string, {sockets: number; notShown: number}>();
	const kernelOnly = createKernelOnly(rows);
	const ends = createJoinEnds(rows, limits);
	const views = createViews(rows);
	let dropped = 0;
	let news: Entry[] = [];

	/** A look with another time than its predecessor is a new one, whether or not that came to its end. */
	function lookOf({netns, look, at}: {netns: string; look: LookKind; at: number}, owners: Owners): Look {
		const key = `${netns} ${look}`;
		const known = looks.get(key);
		if (known?.at === at) {
			known.owners = owners;
			return known;
		}

		const thorough = (sizes.get(key)?.sockets ?? 0) < thoroughUpTo;
		const begun: Look = {
			...{kind: look, at, thorough, infoless: 0, owners, waiting: [], unix: new Map(), identifies: false},
			...{netns, sockets: 0, notShown: 0},
		};
		looks.set(key, begun);
		return begun;
	}

	function takePart({netns, look: kind, at, sockets}: KernelPart, owners: Owners): void {
		const space = index.space(netns);
		if (kind === 'destroyed') {
			if (space !== undefined) for (const socket of sockets) ends.socketEnded(space, socket, at);
			return;
		}

		const look = lookOf({netns, look: kind, at}, owners);
		look.sockets += sockets.length;
		if (look.sockets > thoroughUpTo) look.thorough = false;
		if (space === undefined && !kernelOnly.showsAll && owners.size === 0) return;
		for (const socket of sockets) joinOne(space, socket, look);
	}

	function joinOne(space: Space | undefined, socket: KernelSocket, look: Look): void {
		const {inode} = socket;
		const {kind} = look;
		if (socket.kind === 'unix') {
			holdUnix(space, socket, look);
			return;
		}

		if (inode !== null) look.identifies = true;
		if (space !== undefined) {
			if (inode !== null && kind === 'table') views.seen(space, socket, look.at, look.owners);
			if (laySurely(space, socket, look)) return;
			if (kind !== 'info') {
				const asks = inode === null || kernelOnly.showsAll || space.blind > 0;
				if (asks && mayWait(space, socket, look)) return;
			}
		}

		// Most sockets of a busy host are somebody else's.
		if (inode !== null && !kernelOnly.showsAll && !look.owners.has(inode)) {
			if (kind === 'table' && space !== undefined && views.isStray(space, socket, look.at)) {
				addKernelOnly(space, socket, look, true);
			}

			return;
		}

		if (kind !== 'info') addKernelOnly(space, socket, look);
	}

	/**
	 * The path of a unix socket may hold line feeds and what looks like another socket's line, and nothing but its inode
	 * tells a unix socket. So one is joined when the look has shown no other with its inode: of two, one is a lie.
	 */
	function holdUnix(space: Space | undefined, socket: KernelSocket, look: Look): void {
		const {inode} = socket;
		if (inode === null) return;
		const isWanted = kernelOnly.showsAll || look.owners.has(inode) || space?.byInode.get(inode) !== undefined;
		if (!isWanted) return;
		if (look.unix.has(inode)) look.unix.set(inode, null);
		else if (look.unix.size < waitingLimit) look.unix.set(inode, copyOf(socket));
		else dropped++;
	}

	function joinUnix(netns: string, look: Look): void {
		for (const socket of look.unix.values()) {
			const space = index.space(netns);
			if (socket === null || (space !== undefined && laySurely(space, socket, look))) continue;
			addKernelOnly(space, socket, look);
		}

		pairs.meetUnix(look.unix, inode => listOf(index.space(netns)?.byInode.get(inode)));
	}

	function addKernelOnly(space: Space | undefined, socket: KernelSocket, look: Look, isStray = false): void {
		const {owners, netns} = look;
		const entry = kernelOnly.add({netns, space, socket, owners, reading: look, isStray});
		if (entry === 'full') look.notShown++;
		else if (entry !== null) {
			news.push(entry);
			if (isStray) views.laid(entry, socket, look.at, owners);
		}
	}

	/** @returns whether it is some row's, now or maybe at the end of the look */
	function mayWait(space: Space, socket: KernelSocket, look: Look): boolean {
		if (socket.state === 'LISTEN') {
			if (findListeners(space, socket, look.at).length === 0) return false;
			wait(socket, look);
			return true;
		}

		const {rows: likely, isOutdated} = findLikely(
			space,
			socket,
			{at: look.at, until: Number.POSITIVE_INFINITY},
			limits.misses,
			look.owners,
		);
		if (likely.length > 0) wait(socket, look);
		return likely.length > 0 || isOutdated;
	}

	function wait(socket: KernelSocket, look: Look): void {
		if (look.waiting.length >= waitingLimit) dropped++;
		else look.waiting.push(copyOf(socket));
	}

	function laySurely(space: Space, socket: KernelSocket, look: Look): boolean {
		const found = findSurely(space, socket);
		if (found === null) return false;
		if (!isList(found)) {
			lay(found, socket, wayTo(found, socket), look);
			return true;
		}

		const known = found.find(({facts}) => !facts.kernelOnly);
		for (const entry of [...found]) {
			// A row of the kernel alone gives way to one of a process.
			if (known !== undefined && entry.facts.kernelOnly) rows.giveWay(entry, known);
			else lay(entry, socket, wayTo(entry, socket), look);
		}

		return true;
	}

	function lay(entry: Entry, socket: KernelSocket, by: JoinedBy, look: Look): void {
		const {facts, row} = entry;
		const device = row.kernel?.device;
		const isOwned = facts.kernelOnly && kernelOnly.refresh(entry, socket, look.owners);
		const isNews = see(entry, socket, by, look);
		if (isNews || isOwned) rows.touch(entry);
		if (facts.kernelOnly && look.kind === 'table') views.laid(entry, socket, look.at, look.owners);
		if (row.kernel?.device !== device) news.push(entry);
	}

	function end(told: KernelLookEnd, owners: Owners): void {
		const {netns, look: kind} = told;
		if (kind === 'destroyed') return;
		const key = `${netns} ${kind}`;
		const look = lookOf(told, owners);
		looks.delete(key);
		sizes.delete(key);
		joinUnix(netns, look);
		const space = index.space(netns);
		if (space === undefined) return;
		for (const socket of look.waiting) decide(space, socket, look, look.at + told.tookMs);
		sizes.set(key, {sockets: look.sockets, notShown: look.notShown});
		if (kind === 'table' || kind === 'time-wait') {
			missSockets(rows, limits, {...told, look: kind});
		}

		if (kind === 'table') views.end(told, look.identifies);
	}

	/**
	 * A socket that waited for the end of its look: it is known now who was joined in a surer way.
	 *
	 * @param until when all of the look had come
	 */
	function decide(space: Space, socket: KernelSocket, look: Look, until: number): void {
		if (laySurely(space, socket, look)) return;
		const isFree = ({seenAt, inode, facts}: Entry): boolean =>
			seenAt < look.at && (facts.closed || inode === null || !look.identifies);
		const likely =
			socket.state === 'LISTEN'
				? findListeners(space, socket, look.at)
				: findLikely(space, socket, {at: look.at, until}, limits.misses, look.owners).rows;
		const free = likely.filter(isFree);
		const entry = socket.state === 'LISTEN' ? free[0] : youngestOf(free);
		if (entry !== undefined) lay(entry, socket, 'tuple', look);
		else addKernelOnly(space, socket, look);
	}

	return {
		part(told, owners) {
			const before = rows.changes;
			takePart(told, owners);
			return rows.changes !== before;
		},
		end,
		told(entry) {
			const {keys, facts} = entry;
			if (keys.space === null || facts.kernelOnly) return;
			if (facts.closed) ends.rowClosed(entry);
			else kernelOnly.giveWay(entry);
		},
		setAll(on) {
			kernelOnly.setAll(on);
			if (!on) for (const entry of [...rows.others]) rows.remove(entry);
		},
		forget(netns, at) {
			for (const kind of lookKinds) {
				looks.delete(`${netns} ${kind}`);
				sizes.delete(`${netns} ${kind}`);
			}

			forgetSockets(rows, limits, netns, at);
			views.forget(netns);
		},
		takeNews() {
			if (news.length === 0) return news;
			const taken = news;
			news = [];
			return taken;
		},
		get showsAll() {
			return kernelOnly.showsAll;
		},
		get hasNoOwner() {
			return views.hasNoOwner;
		},
		get notShown() {
			return [...sizes.values()].reduce((sum, {notShown}) => sum + notShown, 0);
		},
		get notHeld() {
			return dropped + ends.dropped;
		},
	};
}
