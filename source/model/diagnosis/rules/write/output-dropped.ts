/** Segments do not leave this host: a firewall rule, a missing route or a device of it drops them. */

import type {RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {isProcessWatched, lastStepAt, queueEvidence, sendingEvidence} from '../../evidence/data-flow.ts';
import {
	byteCountText,
	lastStallKind,
	sendingStallOf,
	unacknowledgedBytes,
} from '../../evidence/unacknowledged.ts';
import {commandInNamespace, endpointFields, endpointsText, evidenceItem} from '../../evidence/wording.ts';
import {downDeviceOf, routeEvidence} from '../connect/attempt.ts';
import {openStages} from '../read/not-reading.ts';

export const outputDropped: RowRule = {
	name: 'output-dropped',
	scope: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'nothing leaves this host: it drops what it sends itself',
	stages: [...openStages, 'connect', 'failed'],
	roles: ['client', 'server'],
	isEvent: true,
	raiseAfterMs: 500,
	clearAfterMs: 1000,
	find(context) {
		const {row} = context;
		const isConnecting = row.stage === 'connect' || row.error?.phase === 'connect';
		if (row.error === null ? sendingStallOf(row) === null : row.error.code !== 'ETIMEDOUT') return null;
		// A device that is down has a finding of its own while connecting.
		if (lastStallKind(context) !== 'stays-here' || !isProcessWatched(context)) return null;
		if (isConnecting && downDeviceOf(context) !== null) return null;
		const {operation, what} = isConnecting
			? ({operation: 'connect', what: 'its SYN has not left this host'} as const)
			: ({
					operation: 'write',
					what: `${waitingText(context)} not left this host, though the other side's window is open`,
				} as const);
		const end = row.error === null ? '' : `failed with ${row.error.code}: `;
		const endpoints = isConnecting ? endpointsText(row) : `on the connection ${endpointsText(row)}`;
		return {
			...(row.error === null ? {} : {severity: 'error' as const}),
			...(isConnecting ? {phase: 'connect' as const} : {}),
			operation,
			...endpointFields(row),
			message: `${operation} ${endpoints} ${end || 'stands still: '}${what}; a firewall rule, a route or a device of this host drops it`,
			evidence: [
				...(row.error === null
					? []
					: [
							evidenceItem(
								'process',
								`${row.error.code}: ${row.error.message}`,
								lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt,
							),
						]),
				...queueEvidence(row),
				...attemptsEvidence(context),
				...sendingEvidence(row),
				...routeEvidence(context),
			],
			next: commandInNamespace(context, ['nft', 'list', 'ruleset']),
		};
	},
};

function waitingText({row}: RowContext): string {
	const {kernel} = row;
	if (kernel !== null && !kernel.final && (kernel.sendQ ?? 0) > 0)
		return `${kernel.sendQ} byte${kernel.sendQ === 1 ? ' has' : 's have'}`;
	const unacknowledged = unacknowledgedBytes(row);
	return unacknowledged === null ? 'what was written has' : `${byteCountText(unacknowledged)} have`;
}

function attemptsEvidence({row}: RowContext) {
	const stall = sendingStallOf(row);
	if (stall === null || row.kernel === null) return [];
	const text = `${stall.count} attempts of the kernel to send, and no segment of them is on its way`;
	return [evidenceItem('kernel', text, row.kernel.seenAt)];
}
