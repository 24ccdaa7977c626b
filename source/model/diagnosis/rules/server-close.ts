/** `server.close()` stops listening at once and is done when the last connection has ended: until then it waits. */

import type {Evidence, Next, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Row} from '../../../domain/row.ts';
import {servedOf} from '../evidence/row-groups.ts';
import {countOf, fact, namedPeer} from '../evidence/wording.ts';

/** Requests that are under way when a server is told to end have the time to be answered. */
const patienceMs = 5000;
/** A connection on which nothing has moved for so long does no work. */
const restsMs = 3000;
const named = 5;

const waits: RowRule = {
	name: 'server-close-waits',
	of: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'server.close() waits for connections that are still open',
	stages: ['closed'],
	roles: ['listener'],
	isPast: false,
	raiseAfterMs: patienceMs,
	clearAfterMs: 0,
	find(situation) {
		const {row, process, world, now} = situation;
		// An end of the process ends all of it.
		if (row.error !== null || row.closedAt === null || process?.state !== 'running') return null;
		const open = world.once(servedOf).get(row.id);
		if (open === undefined || open.length === 0) return null;
		const oldest = open.toSorted((one, other) => one.openedAt - other.openedAt).slice(0, named);
		const [first] = oldest;
		if (first === undefined) return null;
		const resting = open.filter(each => rests(each, now)).length;
		const upgraded = open.filter(({http}) => http !== null && http.protocol !== null).length;
		const kinds = [
			...(resting > 0 ? [resting === open.length ? 'idle' : `${resting} of them idle`] : []),
			...(upgraded > 0 ? [upgraded === open.length ? 'upgraded' : `${upgraded} upgraded`] : []),
		];
		const which = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
		return {
			// Those that still do something, or end by themselves, may be all that it has to wait for.
			severity: resting > 0 || upgraded > 0 ? 'warn' : 'info',
			operation: 'shutdown',
			local: row.local,
			peer: namedPeer(first),
			message: `shutdown at ${formatAddress(row.local)}: server.close() waits for ${countOf(open.length, 'connection')}${which}${oldestFrom(first)}`,
			evidence: [
				fact('process', `the listener was closed ${formatMs(now - row.closedAt)} ago`, row.closedAt),
				...oldest.map(each => factOf(each, now)),
			],
			next: nextFor(open, upgraded),
		};
	},
};

const oldestFrom = (row: Row): string => {
	const peer = namedPeer(row);
	return peer === null ? '' : `, the oldest from ${formatAddress(peer)}`;
};

/** Nothing moves, and nobody will end it: an HTTP server does so when its time for keep-alive is over. */
function rests({lastActivityAt, openedAt, http, process}: Row, now: number): boolean {
	const restedMs = now - Math.max(lastActivityAt ?? 0, openedAt);
	const timeoutMs = http?.open === 0 && http.protocol === null ? (process?.timeoutMs ?? 0) : 0;
	return restedMs >= (timeoutMs === 0 ? restsMs : timeoutMs + restsMs);
}

function factOf(row: Row, now: number): Evidence {
	const {id, openedAt, lastActivityAt, label, http, stage} = row;
	const peer = namedPeer(row);
	const doing =
		http?.protocol != null
			? `speaks ${http.protocol}`
			: http?.open === 0
				? `keep-alive, no request under way`
				: http?.open != null
					? `busy with ${label ?? 'a request'}`
					: stage;
	const quiet =
		lastActivityAt === null ? 'no byte yet' : `nothing has moved for ${formatMs(now - lastActivityAt)}`;
	return fact(
		'process',
		`${id}${peer === null ? '' : ` from ${formatAddress(peer)}`}: ${doing}, open for ${formatMs(now - openedAt)}, ${quiet}`,
		lastActivityAt ?? openedAt,
	);
}

function nextFor(open: readonly Row[], upgraded: number): Next {
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

export const serverCloseRules: readonly Rule[] = [waits];
