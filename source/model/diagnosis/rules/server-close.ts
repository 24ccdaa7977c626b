/** `server.close()` stops listening at once, and waits until the last connection has ended. */

import type {Evidence, NextStep, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Row} from '../../../domain/row.ts';
import {hasLeftHttp} from '../evidence/http-use.ts';
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
		const upgraded = open.filter(hasLeftHttp).length;
		const sessions = open.filter(isHttp2Session).length;
		const kinds = [
			...(idleCount > 0 ? [idleCount === open.length ? 'idle' : `${idleCount} of them idle`] : []),
			...(upgraded > 0 ? [upgraded === open.length ? 'upgraded' : `${upgraded} upgraded`] : []),
			...(sessions > 0 && sessions < open.length ? [`${sessions} HTTP/2`] : []),
		];
		const kindsText = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
		return {
			// Busy connections, and those that end by themselves, may be the only ones left.
			severity: idleCount > 0 || upgraded > 0 ? 'warn' : 'info',
			operation: 'shutdown',
			local: row.local,
			peer: inetPeerOf(first),
			message: `shutdown at ${formatAddress(row.local)}: server.close() waits for ${countText(open.length, sessions === open.length ? 'HTTP/2 session' : 'connection')}${kindsText}${oldestText(first)}`,
			evidence: [
				evidenceItem('process', `the listener was closed ${formatMs(now - row.closedAt)} ago`, row.closedAt),
				...oldest.map(each => connectionEvidence(each, now)),
			],
			next: serverCloseNextStep(open),
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
	const {id, openedAt, lastActivityAt} = row;
	const peer = inetPeerOf(row);
	const idleText =
		lastActivityAt === null ? 'no byte yet' : `nothing has moved for ${formatMs(now - lastActivityAt)}`;
	return evidenceItem(
		'process',
		`${id}${peer === null ? '' : ` from ${formatAddress(peer)}`}: ${activityText(row)}, open for ${formatMs(now - openedAt)}, ${idleText}`,
		lastActivityAt ?? openedAt,
	);
}

const isHttp2Session = ({http}: Row): boolean => http?.protocol === 'h2';

function activityText(row: Row): string {
	const {label, http, stage} = row;
	if (http === null || (http.protocol === null && http.open === null)) return stage;
	if (isHttp2Session(row)) return `an HTTP/2 session${http.open === null ? '' : streamsText(http.open)}`;
	if (http.protocol !== null) return http.protocol === 'tunnel' ? 'a tunnel' : `speaks ${http.protocol}`;
	return http.open === 0 ? 'keep-alive, no request under way' : `busy with ${label ?? 'a request'}`;
}

const streamsText = (open: number): string =>
	open === 0 ? ' without an open stream' : ` with ${countText(open, 'open stream')}`;

function serverCloseNextStep(open: readonly Row[]): NextStep {
	const advice = [
		...(open.some(hasLeftHttp)
			? ['end those that were upgraded yourself: no method of the HTTP server closes them any more']
			: []),
		...(open.some(isHttp2Session)
			? [
					"call session.close() on each session of the server's 'session' event, as server.close() does from Node 24 on, and session.destroy() when the grace time is over",
				]
			: []),
	];
	if (advice.length > 0) return {advice: advice.join('; ')};
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
