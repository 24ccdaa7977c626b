import type {SnapshotKind} from '../../domain/kernel.ts';
import {type JoinedBy, type KernelSocket, type KernelView, kernelViewComparison} from '../../domain/row.ts';
import {lingeringStates} from '../../domain/stage.ts';
import {isSameTcpInfo} from '../../domain/tcp-info-entries.ts';
import {unacknowledgedBytes} from '../diagnosis/evidence/unacknowledged.ts';
import {type Entry, updateStage} from '../table/entry.ts';

/** How a snapshot is merged. */
export type MergeContext = {
	/** The snapshot's scope. */
	kind: SnapshotKind;
	/** When the snapshot began. */
	at: number;
	/**
	 * Reads all fields of every socket; otherwise a few that reveal a change, and the rest only after a change.
	 */
	full: boolean;
	/** Consecutive sockets of rows without TCP info: a snapshot has it for all sockets or for none. */
	socketsWithoutInfo: number;
};

/** Above this, TCP info is no longer read from the snapshot. */
const maxWithoutInfo = 64;

/**
 * Merges one socket of a kernel snapshot into its row.
 *
 * @returns whether anything but the timestamp changed
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
	// A large snapshot takes long: another one may have brought newer facts meanwhile.
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
		// A closed socket in FIN-WAIT-2 is mostly a timewait entry of the kernel, whose cookie may be another.
		entry.cookieConfirmed ||= view.timer?.name !== 'timewait';
	}

	if (before !== null && row.joinedBy === joinedBy && isSameView(before, view)) return false;
	row.joinedBy = joinedBy;
	// The socket was accepted: the row of its process takes over once the hook reports it.
	if (view.inode !== null) facts.awaitingAccept = false;
	facts.kernelState = view.state;
	if (row.kind === 'unix') {
		// Node has no address of either end of an accepted unix socket, nor of one that listens by its descriptor.
		if (row.role === 'server' || row.role === 'listener') row.local ??= view.local ?? null;
	} else if (row.role !== 'listener') {
		row.local ??= view.local ?? null;
		row.peer ??= view.peer ?? null;
	}

	updateStage(entry, at);
	return true;
}

/** Compares a socket with the row's view; its timer and TCP info are merged on the way. */
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
	// Updated in place: new objects for very many sockets in each snapshot would burden the garbage collector.
	if (before.timer !== null && timer !== null) before.timer.ms = timer.ms;
	if (context.socketsWithoutInfo < maxWithoutInfo && !mergeTcpInfo(before, socket, context)) return false;
	return before.state !== 'LISTEN' || before.drops === socket.drops;
}

/** @returns whether the view is unchanged */
function mergeTcpInfo(view: KernelView, {info}: KernelSocket, context: MergeContext): boolean {
	const {at} = context;
	context.socketsWithoutInfo = info === null ? context.socketsWithoutInfo + 1 : 0;
	if (info === null || (view.infoSeenAt ?? 0) > at) return true;
	// A change replaces the view as a whole, after a comparison with the one before.
	if (!isSameTcpInfo(view.info, info)) return false;
	view.info = info;
	view.infoSeenAt = at;
	return true;
}

const comparedValues = (Object.keys(kernelViewComparison) as (keyof typeof kernelViewComparison)[]).filter(
	name => kernelViewComparison[name] === 'value',
);

/** A timer that only counts down is no change. */
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

/** @param before supplies the TCP info where the snapshot has none */
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
 * Merges the last counters of a destroyed socket into its row. The state before stays, since the state of a
 * destroyed socket is meaningless.
 *
 * @param at when the kernel reported it
 */
export function mergeDestroyed(entry: Entry, socket: KernelSocket, matchedBy: JoinedBy, at: number): void {
	const {row, facts} = entry;
	const before = row.kernel;
	const view = toKernelView(socket, before, at);
	// A connection reset by the local side is reported without its peer and with its counters reset.
	const countersReset = socket.peer === null && (before?.peer ?? null) !== null;
	row.kernel = {
		...(before === null ? view : {...before, drops: view.drops}),
		...(countersReset ? {} : {info: view.info, infoSeenAt: view.infoSeenAt, final: true}),
		// TIME-WAIT comes after the destroy event.
		...(facts.kernelState === 'TIME-WAIT' ? {} : destroyedState),
		seenAt: Math.max(at, before?.seenAt ?? 0),
	};
	entry.seenAt = row.kernel.seenAt;
	if (before === null) {
		// Without a snapshot before, the kernel assigned this cookie at the destroy event: TIME-WAIT has another.
		entry.cookie = socket.cookie;
		entry.cookieConfirmed = false;
		row.joinedBy = facts.kernelOnly ? null : matchedBy;
	}

	if (entry.resetAfterEnd !== null && row.kernel.final && (unacknowledgedBytes(row)?.bytes ?? 0) > 0) {
		row.error = entry.resetAfterEnd;
		facts.failed = true;
	}

	entry.missedSnapshots = 0;
	if (facts.kernelState !== 'TIME-WAIT') facts.kernelState = null;
	updateStage(entry, at);
}

/** The state of a destroyed socket as printed by ss, without queues or timers. */
export const destroyedState = {
	state: 'UNCONN',
	recvQ: null,
	sendQ: null,
	inode: null,
	timer: null,
	shutdown: null,
} as const;

/**
 * Merges the kernel's remainder of a closed socket into its row: TIME-WAIT, and FIN-WAIT-2 where the process
 * has closed it. All other fields of the connection stay.
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
