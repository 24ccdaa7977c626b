/** `server.close()` stops listening at once, and waits until the last connection has ended. */

import type {Evidence, NextStep, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Row} from '../../../domain/row.ts';
import {connectionsByListener} from '../evidence/row-groups.ts';
import {countText, evidenceItem, inetPeerOf} from '../evidence/wording.ts';

/** Time for pending requests to be answered after server.close(), in ms. */
const closeGraceMs = 5000;
/** A connection without traffic for this long does no work, in ms. */
const idleFromMs = 3000;
const listedLimit = 5;

const serverCloseWaits: RowRule = {
	name: 'server-close-waits',
	scope: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'server.close() waits for connections that are still open',
	stages: ['closed'],
	roles: ['listener'],
	isEvent: false,
	raiseAfterMs: closeGraceMs,
	clearAfterMs: 0,
	find(context) {
		const {row, process, facts, now} = context;
		// The end of the process ends its connections.
		if (row.error !== null || row.closedAt === null || process?.state !== 'running') return null;
		const open = facts.cached(connectionsByListener).get(row.id);
		if (open === undefined || open.length === 0) return null;
		const oldest = open.toSorted((one, other) => one.openedAt - other.openedAt).slice(0, listedLimit);
		const [first] = oldest;
		if (first === undefined) return null;
		const idleCount = open.filter(each => isIdle(each, now)).length;
		const upgraded = open.filter(({http}) => http !== null && http.protocol !== null).length;
		const kinds = [
			...(idleCount > 0 ? [idleCount === open.length ? 'idle' : `${idleCount} of them idle`] : []),
			...(upgraded > 0 ? [upgraded === open.length ? 'upgraded' : `${upgraded} upgraded`] : []),
		];
		const kindsText = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
		return {
			// Busy connections, and those that end by themselves, may be the only ones left.
			severity: idleCount > 0 || upgraded > 0 ? 'warn' : 'info',
			operation: 'shutdown',
			local: row.local,
			peer: inetPeerOf(first),
			message: `shutdown at ${formatAddress(row.local)}: server.close() waits for ${countText(open.length, 'connection')}${kindsText}${oldestText(first)}`,
			evidence: [
				evidenceItem('process', `the listener was closed ${formatMs(now - row.closedAt)} ago`, row.closedAt),
				...oldest.map(each => connectionEvidence(each, now)),
			],
			next: serverCloseNextStep(open, upgraded),
		};
	},
};

const oldestText = (row: Row): string => {
	const peer = inetPeerOf(row);
	return peer === null ? '' : `, the oldest from ${formatAddress(peer)}`;
};

/** No traffic, for longer than the keep-alive timeout with which an HTTP server closes idle connections. */
function isIdle({lastActivityAt, openedAt, http, process}: Row, now: number): boolean {
	const idleMs = now - Math.max(lastActivityAt ?? 0, openedAt);
	const timeoutMs = http?.open === 0 && http.protocol === null ? (process?.timeoutMs ?? 0) : 0;
	return idleMs >= (timeoutMs === 0 ? idleFromMs : timeoutMs + idleFromMs);
}

function connectionEvidence(row: Row, now: number): Evidence {
	const {id, openedAt, lastActivityAt, label, http, stage} = row;
	const peer = inetPeerOf(row);
	const activityText =
		http?.protocol != null
			? `speaks ${http.protocol}`
			: http?.open === 0
				? `keep-alive, no request under way`
				: http?.open != null
					? `busy with ${label ?? 'a request'}`
					: stage;
	const idleText =
		lastActivityAt === null ? 'no byte yet' : `nothing has moved for ${formatMs(now - lastActivityAt)}`;
	return evidenceItem(
		'process',
		`${id}${peer === null ? '' : ` from ${formatAddress(peer)}`}: ${activityText}, open for ${formatMs(now - openedAt)}, ${idleText}`,
		lastActivityAt ?? openedAt,
	);
}

function serverCloseNextStep(open: readonly Row[], upgraded: number): NextStep {
	if (upgraded > 0) {
		return {
			advice: 'end those that were upgraded yourself: no method of the HTTP server closes them any more',
		};
	}

	return open.some(({http}) => http !== null)
		? {
				advice:
					'call server.closeIdleConnections() after server.close(), and server.closeAllConnections() when the grace time is over',
			}
		: {
				advice:
					"keep the sockets of 'connection' in a set, and call end() or destroy() on them when the server is to close",
			};
}

export const serverCloseRules: readonly Rule[] = [serverCloseWaits];
