/** What was written and is not acknowledged: how much of it, and what the kernel does about it. */

import type {RowContext} from '../../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../../domain/row.ts';

/** A count of bytes; at least so many where the connection is encrypted, whose own bytes Node does not count. */
export type ByteCount = {bytes: number; isAtLeast: boolean};

/** "1204 bytes", "at least 1204 bytes". */
export const byteCountText = ({bytes, isAtLeast}: ByteCount): string =>
	`${isAtLeast ? 'at least ' : ''}${bytes} byte${bytes === 1 ? '' : 's'}`;

/**
 * Bytes that the program has written and the other side's kernel has not acknowledged: those on their way, in
 * Send-Q, and in JavaScript's buffer.
 *
 * @returns null where process or kernel did not count them
 */
export function unacknowledgedBytes(row: Row): ByteCount | null {
	const {process, kernel, kind} = row;
	const written = process?.bytesWritten ?? null;
	const info = kernel?.info ?? null;
	if (info === null || (kind !== 'tcp' && kind !== 'tls')) return null;
	const acked = acknowledgedBytes(row) ?? 0;
	const sent = info.bytesSent === null ? 0 : info.bytesSent - info.bytesRetrans;
	const bytes = Math.max((written ?? 0) - acked, kind === 'tls' || written === null ? sent - acked : 0, 0);
	return written === null && info.bytesSent === null ? null : {bytes, isAtLeast: kind === 'tls' && bytes > 0};
}

/** @returns bytes that were handed to the socket's handle and are not acknowledged, at least; null without counters */
export function unacknowledgedWritten(row: Row): number | null {
	const acked = acknowledgedBytes(row);
	const written = row.process?.bytesWritten ?? null;
	return acked === null || written === null ? null : Math.max(0, written - acked);
}

/** @returns bytes of data that the other side's kernel has acknowledged; null without counters */
export function acknowledgedBytes({kernel, role}: Row): number | null {
	const info = kernel?.info ?? null;
	// A client's SYN is acknowledged as one byte.
	return info === null ? null : Math.max(0, info.bytesAcked - (role === 'client' ? 1 : 0));
}

/** Detects data that is not acknowledged; null where it is not counted. */
export function hasUnackedData(row: Row): boolean | null {
	const info = row.kernel?.info ?? null;
	if (info === null) return null;
	if (info.unacked > 0 || info.backoff > 0) return true;
	const unacknowledged = unacknowledgedBytes(row);
	return unacknowledged === null ? null : unacknowledged.bytes > 0;
}

/**
 * What the kernel does about data, or a SYN, that is not acknowledged:
 *
 * - `retransmits`: sends it again
 * - `probes`: asks whether the window is still shut
 * - `stays-here`: tries to, and nothing leaves this host: a firewall rule, a missing route or a device drops it
 */
export type SendingStall = {kind: 'retransmits' | 'probes' | 'stays-here'; count: number};

/** @returns null where nothing is overdue */
export function sendingStallOf({kernel}: Row): SendingStall | null {
	const timer = kernel?.timer ?? null;
	if (kernel === null || timer === null || timer.count === 0) return null;
	const {name, count} = timer;
	const {info, sendQ} = kernel;
	if (name === 'on') {
		// The segment that was sent again is counted in `retrans` until it is acknowledged: none is where the
		// kernel's own attempt to send has failed. The total counts these attempts, too.
		return {kind: info?.retransNow === 0 ? 'stays-here' : 'retransmits', count};
	}

	if (name !== 'persist') return null;
	// With nothing on its way and a window that takes the next segment, it would have been sent.
	const nextSegment = Math.min(sendQ ?? 0, info?.mss ?? Number.POSITIVE_INFINITY);
	const isWindowOpen =
		info !== null && info.unacked === 0 && (info.peerWindow ?? 0) >= Math.max(1, nextSegment);
	return {kind: isWindowOpen ? 'stays-here' : 'probes', count};
}

/** A single attempt may fail for want of memory. */
export const minStalledAttempts = 2;

const stallCodes = {none: 0, retransmits: 1, probes: 2, 'stays-here': 3} as const;

/**
 * Notes how the kernel's attempts went while the connection was there: the timer goes with the socket.
 *
 * @returns the last kind that was observed; null where none was
 */
export function lastStallKind({
	row,
	memory,
}: Pick<RowContext, 'row' | 'memory'>): SendingStall['kind'] | null {
	const stall = sendingStallOf(row);
	if (stall !== null && stall.count >= minStalledAttempts) {
		memory.forget('stall');
		memory.getOrSet('stall', stallCodes[stall.kind]);
	}

	const {value} = memory.getOrSet('stall', stallCodes.none);
	const kinds = ['retransmits', 'probes', 'stays-here'] as const;
	return kinds.find(kind => stallCodes[kind] === value) ?? null;
}

/** Within one host no packet is lost on the way: only a full buffer discards segments. */
export const isSameHost = ({route, local, peer}: Row): boolean =>
	route?.dev === 'lo' ||
	route?.table === 'local' ||
	(local !== null &&
		peer !== null &&
		'address' in local &&
		'address' in peer &&
		local.address === peer.address);
