/** Connections that a server accepts and drops: over its limit, or closed at once. */

import type {RowRule, RuleFacts} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	addressFromField,
	closeReason,
	countText,
	evidenceItem,
	inetPeerOf,
	nextCommand,
} from '../../evidence/wording.ts';

/** How long an event is reported. */
const reportedForMs = 10_000;
const peerLimit = 3;

export const maxConnectionsReached: RowRule = {
	name: 'max-connections',
	scope: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'the server has as many connections as it allows itself',
	stages: ['listening'],
	roles: ['listener'],
	isEvent: false,
	// A burst makes one finding.
	raiseAfterMs: 500,
	clearAfterMs: 1000,
	find(context) {
		const {row, now} = context;
		const {connections} = row;
		if (connections === null || connections.drops === 0) return null;
		const dropped = row.steps.filter(({step}) => step === 'drop').slice(-peerLimit);
		const last = dropped.at(-1);
		if (last === undefined || now - last.at > reportedForMs) return null;
		const local = addressFromField(last.fields.local) ?? row.local;
		const peer = addressFromField(last.fields.peer);
		const limit =
			connections.maxConnections === null ? 'its limit' : `maxConnections ${connections.maxConnections}`;
		const from = peer === null ? '' : `, the last one from ${formatAddress(peer)}`;
		return {
			operation: 'accept',
			local,
			peer,
			message: `accept at ${formatAddress(local)} closed ${countText(connections.drops, 'connection')} unseen${from}: the server has reached ${limit}`,
			evidence: [
				evidenceItem(
					'process',
					`${limit}, ${countText(connections.connections, 'connection')} now, ${connections.drops} dropped`,
					last.at,
				),
				...dropped.map(({at, fields}) =>
					evidenceItem(
						'process',
						`dropped: the connection from ${formatAddress(addressFromField(fields.peer))}`,
						at,
					),
				),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** A connection in actual use lives longer. */
const shortLifeMs = 1000;
/** Fewer rejections may be chance. */
const minRejected = 3;

type RejectionCounts = {rejected: number; others: number; lastRejected: Row | null};

export const acceptedThenClosed: RowRule = {
	name: 'accepted-then-closed',
	scope: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'the server closes what it has accepted, without a byte',
	stages: ['listening'],
	roles: ['listener'],
	isEvent: false,
	raiseAfterMs: 1000,
	clearAfterMs: 1000,
	find({row, facts}) {
		if (row.acceptQueue?.accepted === 0) return null;
		const counts = facts.cached(rejectionsByListener).get(row.id);
		if (counts === undefined || counts.lastRejected === null) return null;
		const {rejected, others, lastRejected} = counts;
		const total = rejected + others;
		const peer = inetPeerOf(lastRejected);
		const lived = formatMs((lastRejected.closedAt ?? lastRejected.openedAt) - lastRejected.openedAt);
		return {
			severity: rejected >= minRejected && rejected * 2 > total ? 'warn' : 'info',
			operation: 'accept',
			local: row.local,
			peer,
			message: `accept at ${formatAddress(row.local)}: the server closed ${rejected} of ${countText(total, 'connection')} at once and without a byte${peer === null ? '' : `, the last one from ${formatAddress(peer)}`}`,
			evidence: [
				evidenceItem(
					'process',
					`${closeReason(lastRejected)} ${lived} after accept, 0 bytes read, 0 bytes written`,
					lastRejected.closedAt ?? lastRejected.openedAt,
				),
				...(lastRejected.site === null
					? []
					: [evidenceItem('process', `made at ${lastRejected.site}`, lastRejected.openedAt)]),
			],
			next: {
				advice: `look at what the listener of 'connection' does first (the server listens since ${row.site ?? 'an unknown place'}): an address that it does not accept, a limit of its own, or a handler that throws`,
			},
		};
	},
};

/** By listener: recent connections that it closed at once, and all its others. */
function rejectionsByListener(facts: RuleFacts): ReadonlyMap<string, RejectionCounts> {
	const byListener = new Map<string, RejectionCounts>();
	for (const row of facts.rows.values()) {
		if (row.role !== 'server' || row.listener === null || row.stage === 'queued') continue;
		const counts = byListener.get(row.listener) ?? {rejected: 0, others: 0, lastRejected: null};
		byListener.set(row.listener, counts);
		if (!isRejected(row, facts.now)) {
			counts.others++;
			continue;
		}

		counts.rejected++;
		if ((row.closedAt ?? 0) >= (counts.lastRejected?.closedAt ?? 0)) counts.lastRejected = row;
	}

	return byListener;
}

function isRejected(row: Row, now: number): boolean {
	const {closedAt, openedAt, process, error} = row;
	if (closedAt === null || closedAt - openedAt > shortLifeMs || now - closedAt > reportedForMs) return false;
	if (error !== null || process === null || process.bytesRead !== 0 || process.bytesWritten !== 0)
		return false;
	const reason = closeReason(row);
	return reason === 'local-destroy' || reason === 'local-end';
}
