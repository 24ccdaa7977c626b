/** Full-sized segments are lost and small ones pass: a path MTU that nothing on the way reports. */

import type {Evidence, RowContext, RowRule, RuleFacts} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatDuration} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {getOrCreate} from '../../../../shared/get-or-create.ts';
import {isProcessWatched, queueEvidence, sendingEvidence} from '../../evidence/data-flow.ts';
import {isSameHost, sendingStallOf} from '../../evidence/unacknowledged.ts';
import {commandInNamespace, endpointFields, endpointsText, evidenceItem} from '../../evidence/wording.ts';
import {openStages} from '../read/not-reading.ts';

/** As of half-open: the third retransmit follows 1.4 s of silence. */
const minRetransmits = 3;
/** Options take up to 40 bytes of a segment, and the last one of a message is shorter. */
const fullSegmentShare = 0.9;
/** A connection that got so much through has sent full-sized segments. */
const fullSegmentsOfProof = 2;

export const pathMtu: RowRule = {
	name: 'path-mtu',
	scope: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'full-sized segments are lost and small ones pass: the path MTU',
	stages: [...openStages, 'tls', 'lingering'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 2000,
	find(context) {
		const loss = fullSegmentLossOf(context);
		if (loss === null) return null;
		const {row} = context;
		const {size, count, passing} = loss;
		const address = row.peer !== null && 'address' in row.peer ? row.peer.address : '';
		return {
			operation: 'write',
			...endpointFields(row),
			message: `write on the connection ${endpointsText(row)} stands still: segments of ${size} bytes are lost after ${count} retransmits while small ones pass to the same address; on the way there something drops packets of that size without an ICMP answer`,
			evidence: [...queueEvidence(row), ...sendingEvidence(row), passingEvidence(passing)],
			next: commandInNamespace(context, [
				...['ping', '-c', '3', '-M', 'do', '-s', String(pingPayloadBytes(row, size)), address],
			]),
		};
	},
};

/** Whether the rule path-mtu explains what is not acknowledged. */
export const isPathMtu = (context: RowContext): boolean => fullSegmentLossOf(context) !== null;

type FullSegmentLoss = {
	/** Bytes of data in a full-sized segment. */
	size: number;
	/** Retransmits without an answer. */
	count: number;
	/** Another connection between the same hosts whose small segments pass meanwhile. */
	passing: Row;
};

/**
 * The size of the segments that are lost, where only full-sized ones were sent again and none has ever got through.
 *
 * @returns bytes of data; null where that is not so
 */
export function lostSegmentSize(row: Row): number | null {
	const info = row.kernel?.info ?? null;
	if (info === null || info.mss === null || info.retransTotal === 0 || isSameHost(row)) return null;
	const {mss, bytesRetrans, retransTotal, bytesAcked} = info;
	const areFullSized = bytesRetrans >= retransTotal * mss * fullSegmentShare;
	return areFullSized && bytesAcked < mss * fullSegmentsOfProof ? mss : null;
}

function fullSegmentLossOf(context: RowContext): FullSegmentLoss | null {
	const {row, memory} = context;
	const stall = sendingStallOf(row);
	if (stall?.kind !== 'retransmits') {
		memory.forget('lossSince');
		return null;
	}

	const since = memory.getOrSet('lossSince', 0).at;
	const size = lostSegmentSize(row);
	if (size === null || stall.count < minRetransmits || !isProcessWatched(context)) return null;
	const others = rowsBetween(context).filter(other => other !== row && passedSince(other, since));
	const hasFullSizedThrough = others.some(
		({kernel}) => (kernel?.info?.bytesAcked ?? 0) >= size * fullSegmentsOfProof,
	);
	const [passing] = others;
	return passing === undefined || hasFullSizedThrough ? null : {size, count: stall.count, passing};
}

/** Opened after a time, with data that was acknowledged: a client's SYN alone is one byte. */
const passedSince = ({openedAt, kernel}: Row, at: number): boolean =>
	openedAt > at && (kernel?.info?.bytesAcked ?? 0) > 1;

const passingEvidence = ({local, peer, openedAt, closedAt, kernel}: Row): Evidence =>
	evidenceItem(
		'kernel',
		`the connection ${endpointsText({host: null, local, peer})}, opened meanwhile, has ${kernel?.info?.bytesAcked ?? 0} bytes acknowledged${closedAt === null ? '' : `, and closed after ${formatDuration(closedAt - openedAt)}`}`,
		openedAt,
	);

/** ICMP's header has 8 bytes, IPv4's 20, IPv6's 40. */
function pingPayloadBytes({kernel, peer}: Row, size: number): number {
	const isIpv6 = peer !== null && 'family' in peer && peer.family === 6;
	const headers = (isIpv6 ? 40 : 20) + 8;
	// The TCP header has 20 bytes and mostly 12 of timestamps.
	return (kernel?.info?.pmtu ?? size + headers - 8 + 32) - headers;
}

/** Connections of the row's namespace between the same two addresses. */
const rowsBetween = ({row, facts}: RowContext): readonly Row[] =>
	facts.cached(rowsByAddresses).get(addressesKey(row) ?? '') ?? [];

function rowsByAddresses({rows}: RuleFacts): ReadonlyMap<string, readonly Row[]> {
	const byAddresses = new Map<string, Row[]>();
	for (const row of rows.values()) {
		const key = addressesKey(row);
		if (key !== null) getOrCreate(byAddresses, key, () => []).push(row);
	}

	return byAddresses;
}

function addressesKey({netns, local, peer, kind}: Row): string | null {
	if (kind === 'udp' || local === null || peer === null || 'path' in local || 'path' in peer) return null;
	return `${netns} ${local.address} ${peer.address}`;
}
