import type {SnapshotKind} from '../../domain/kernel.ts';
import {type JoinedBy, type KernelSocket, type KernelView, kernelViewComparison} from '../../domain/row.ts';
import {lingeringStates} from '../../domain/stage.ts';
import {isSameTcpInfo} from '../../domain/tcp-info.ts';
import {type Entry, updateStage} from '../table/entry.ts';

/** How a look is read. */
export type MergeContext = {
	/** What was asked for. */
	kind: SnapshotKind;
	/** When the look began. */
	at: number;
	/** All fields of all sockets; otherwise those that tell whether there is news, and the rest where there is. */
	full: boolean;
	/** Sockets in a row that came without TCP info: a look asks for it or it does not. */
	socketsWithoutInfo: number;
};

/** After so many of them nobody looks for it any more. */
const maxWithoutInfo = 64;

/**
 * Lays one socket of a look over a row.
 *
 * @returns whether anything but the time has changed
 */
export function mergeKernelSocket(
	entry: Entry,
	socket: KernelSocket,
	matchedBy: JoinedBy,
	context: MergeContext,
): boolean {
	const {row, facts} = entry;
	const {at} = context;
	const before = row.kernel;
	entry.missedSnapshots = 0;
	// A large look takes long: another one may have told something newer meanwhile.
	if (before !== null && before.seenAt > at) return false;
	if (before?.final || socket.state === 'TIME-WAIT') return mergeLingering(entry, socket, matchedBy, context);
	const joinedBy = facts.kernelOnly ? null : matchedBy;
	if (before !== null && row.joinedBy === joinedBy && !context.full && isUnchanged(before, socket, context)) {
		before.seenAt = at;
		entry.seenAt = at;
		return false;
	}

	const view = toKernelView(socket, before, at);
	row.kernel = view;
	entry.seenAt = at;
	if (view.cookie !== null) {
		entry.cookie = view.cookie;
		// FIN-WAIT-2 of a closed socket is mostly kept as TIME-WAIT is.
		entry.cookieConfirmed ||= view.timer?.name !== 'timewait';
	}

	if (before !== null && row.joinedBy === joinedBy && isSameView(before, view)) return false;
	row.joinedBy = joinedBy;
	// Somebody has accepted it: the row of its process takes over as soon as its hook tells.
	if (view.inode !== null) facts.awaitingAccept = false;
	facts.kernelState = view.state;
	if (row.kind === 'unix') {
		// Node names neither end of a unix socket that was accepted.
		if (row.role === 'server') row.local ??= view.local ?? null;
	} else if (row.role !== 'listener') {
		row.local ??= view.local ?? null;
		row.peer ??= view.peer ?? null;
	}

	updateStage(entry, at);
	return true;
}

/** Whether a socket tells nothing new; its timer and its TCP info are taken over. */
function isUnchanged(before: KernelView, socket: KernelSocket, context: MergeContext): boolean {
	if (
		before.state !== socket.state ||
		before.recvQ !== socket.recvQ ||
		before.sendQ !== socket.sendQ ||
		before.inode !== socket.inode
	) {
		return false;
	}

	const {timer} = socket;
	if (before.timer?.name !== timer?.name || before.timer?.count !== timer?.count) return false;
	// A new one for each of very many sockets, at each look, would be work for the collector.
	if (before.timer !== null && timer !== null) before.timer.ms = timer.ms;
	if (context.socketsWithoutInfo < maxWithoutInfo && !mergeTcpInfo(before, socket, context)) return false;
	return before.state !== 'LISTEN' || before.drops === socket.drops;
}

/** @returns whether it is as before */
function mergeTcpInfo(view: KernelView, {info}: KernelSocket, context: MergeContext): boolean {
	const {at} = context;
	context.socketsWithoutInfo = info === null ? context.socketsWithoutInfo + 1 : 0;
	if (info === null || (view.infoSeenAt ?? 0) > at) return true;
	// What is new is laid over the row as a whole, and compared with what stood there.
	if (!isSameTcpInfo(view.info, info)) return false;
	view.info = info;
	view.infoSeenAt = at;
	return true;
}

const comparedValues = (Object.keys(kernelViewComparison) as (keyof typeof kernelViewComparison)[]).filter(
	name => kernelViewComparison[name] === 'value',
);

/** A timer that only runs down is no news. */
function isSameView(one: KernelView, other: KernelView): boolean {
	for (const name of comparedValues) if (one[name] !== other[name]) return false;
	return (
		one.timer?.name === other.timer?.name &&
		one.timer?.count === other.timer?.count &&
		isSameAddress(one.local, other.local) &&
		isSameAddress(one.peer, other.peer) &&
		isSameTcpInfo(one.info, other.info)
	);
}

const isSameAddress = (one: KernelView['local'], other: KernelView['local']): boolean => {
	if (one === other) return true;
	if (one == null || other == null) return false;
	if ('path' in one || 'path' in other) return 'path' in one && 'path' in other && one.path === other.path;
	return one.port === other.port && one.address === other.address;
};

/** @param before what a look without TCP info adds to */
function toKernelView(socket: KernelSocket, before: KernelView | null, at: number): KernelView {
	const {info, timer} = socket;
	const keepsInfo = info === null || (before?.infoSeenAt ?? 0) > at;
	return {
		state: socket.state,
		local: socket.local,
		peer: socket.peer,
		recvQ: socket.recvQ,
		sendQ: socket.sendQ,
		inode: socket.inode,
		cookie: socket.cookie,
		uid: socket.uid,
		timer: timer && {...timer},
		device: socket.device,
		v6only: socket.v6only,
		shutdown: socket.shutdown,
		drops: socket.drops ?? before?.drops ?? null,
		info: keepsInfo ? (before?.info ?? null) : info,
		infoSeenAt: keepsInfo ? (before?.infoSeenAt ?? null) : at,
		final: false,
		seenAt: at,
	};
}

/**
 * Lays the last counters of a socket over its row: the kernel has told its end. What it stood in before stays, since
 * the state of a socket that is no more means nothing.
 *
 * @param at when it was told
 */
export function mergeDestroyed(entry: Entry, socket: KernelSocket, matchedBy: JoinedBy, at: number): void {
	const {row, facts} = entry;
	const before = row.kernel;
	const view = toKernelView(socket, before, at);
	// A connection that was reset from here is told without its peer and with its counters set back.
	const countersReset = socket.peer === null && (before?.peer ?? null) !== null;
	row.kernel = {
		...(before === null ? view : {...before, drops: view.drops}),
		...(countersReset ? {} : {info: view.info, infoSeenAt: view.infoSeenAt, final: true}),
		// TIME-WAIT is what follows the end.
		...(facts.kernelState === 'TIME-WAIT' ? {} : destroyedState),
		seenAt: Math.max(at, before?.seenAt ?? 0),
	};
	entry.seenAt = row.kernel.seenAt;
	if (before === null) {
		// Who is first asked for at its end has another cookie in TIME-WAIT.
		entry.cookie = socket.cookie;
		entry.cookieConfirmed = false;
		row.joinedBy = facts.kernelOnly ? null : matchedBy;
	}

	entry.missedSnapshots = 0;
	if (facts.kernelState !== 'TIME-WAIT') facts.kernelState = null;
	updateStage(entry, at);
}

/** Of a socket that is no more: its state as ss prints it, and no queues or timers. */
export const destroyedState = {
	state: 'UNCONN',
	recvQ: null,
	sendQ: null,
	inode: null,
	timer: null,
	shutdown: null,
} as const;

/**
 * Lays over a row what the kernel keeps of its socket after that has ended: TIME-WAIT, and FIN-WAIT-2 where the process
 * has closed it. What is known of the connection stays.
 */
function mergeLingering(
	entry: Entry,
	socket: KernelSocket,
	matchedBy: JoinedBy,
	{kind, at}: MergeContext,
): boolean {
	const {row, facts} = entry;
	const before = row.kernel;
	const {state, local, peer, recvQ, sendQ, timer, cookie} = socket;
	if (!lingeringStates.has(state)) return false;
	const isNewState = facts.kernelState !== state;
	if (state === 'TIME-WAIT') entry.timeWaitSnapshotKind = kind;
	row.kernel = {
		...(before ?? toKernelView(socket, null, at)),
		...{state, inode: null, local, peer, recvQ, sendQ, timer: timer && {...timer}, shutdown: socket.shutdown},
		seenAt: at,
	};
	entry.seenAt = at;
	if (cookie !== null) {
		row.kernel.cookie = cookie;
		entry.cookie = cookie;
	}

	if (before === null || isNewState) row.joinedBy = facts.kernelOnly ? null : matchedBy;
	facts.kernelState = state;
	updateStage(entry, at);
	return before === null || isNewState || !isSameView(before, row.kernel);
}
