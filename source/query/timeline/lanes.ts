/** What a connection spent its time on, from the steps of both ends: the lanes of the waterfall. Pure. */

import {formatMs} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {connectLanes, lookupLane} from './connect-lanes.ts';
import {idleLane, requestsLane} from './idle-lanes.ts';
import {blockedNote} from './loop-lanes.ts';
import {closedAt, first, laneOf, stopsAt, textOf} from './steps.ts';
import type {End, Ends, Lane, Seen, Span} from './types.ts';

/** @returns the lanes that exist, in the order of the path, without those of the loops */
export const lanesOf = (ends: Ends): Lane[] => {
	const {own, client, server, isPair, now} = ends;
	const both: (readonly [Seen, End | null])[] = isPair
		? [client, server].flatMap(seen => (seen === null ? [] : [[seen, seen === client ? 'client' : 'server']]))
		: [[own, null]];
	const each = (make: (row: Row, side: End | null) => Lane | null): (Lane | null)[] =>
		both.map(([{row}, side]) => make(row, side));
	const lanes: (Lane | null)[] = [
		...(client === null ? [] : [lookupLane(client.row), ...connectLanes(client.row)]),
		queuedLane(ends),
		tlsLane(client?.row) ?? tlsLane(server?.row),
		// Of a client that the kernel alone has, nobody knows when it has asked.
		client !== null && client.row.steps.length > 0
			? firstByteLane(client.row)
			: server && firstInLane(server.row),
		server && answerLane(server.row),
		requestsLane(own.row),
		...each(drainingLane),
		...each(pausedLane),
		idleLane(own.row, now),
		...closingLanes(ends, each(closingLane)),
		...each(lingeringLane),
	];
	return lanes.filter(lane => lane !== null);
};

/** The kernel has completed the connection, and JavaScript has not got it yet. */
const queuedLane = ({own, client, server, isPair, now}: Ends): Lane | null => {
	if (server === null) return null;
	const connected = client === null ? undefined : first(client.row, 'connect')?.at;
	const accepted = first(server.row, 'accept')?.at;
	const waits = server.row.stage === 'queued';
	// Of a connection that the kernel alone has, the first look that showed it tells only that it waited by then.
	const from = connected ?? (waits && (own === server || isPair) ? server.row.openedAt : undefined);
	if (from === undefined || (accepted === undefined && !waits)) return null;
	if (accepted !== undefined && accepted <= from) return null;
	const span: Span = {from, to: accepted ?? null};
	return laneOf('queued', [span], {note: blockedNote(span, server.thread, now)});
};

/** From the moment at which TCP was up, or at which the program began TLS over it. */
const tlsLane = (row: Row | undefined): Lane | null => {
	if (row === undefined || row.kind !== 'tls') return null;
	const done = first(row, 'secure');
	const up = first(row, 'connect', 'accept')?.at;
	if (done !== undefined) {
		const {ms, protocol} = done.detail;
		const from = typeof ms === 'number' ? done.at - ms : up;
		if (from === undefined) return null;
		return laneOf('tls', [{from, to: done.at}], {outcome: 'ok', note: textOf(protocol)});
	}

	if (up === undefined) return null;
	const failed = first(row, 'error');
	const to = failed?.at ?? closedAt(row);
	if (to === null) return row.stage === 'tls' ? laneOf('tls', [{from: row.stageSince, to}]) : null;
	return laneOf('tls', [{from: up, to}], {outcome: 'failed', note: textOf(failed?.detail.code)});
};

/** From the request's first byte, or from the moment at which one could come, to the first byte of the answer. */
const firstByteLane = (row: Row): Lane | null => {
	const came = first(row, 'first-in')?.at;
	const went = first(row, 'first-out')?.at;
	const ready = first(row, 'secure', 'connect')?.at;
	const from = went !== undefined && (came === undefined || went <= came) ? went : ready;
	if (came !== undefined && from !== undefined && came >= from)
		return laneOf('first byte', [{from, to: came}]);
	// Who has asked nothing does not wait; and of a row with dropped steps the first byte may be among them.
	if (came !== undefined || went === undefined || row.stepsDropped > 0) return null;
	const to = stopsAt(row, went);
	return laneOf('first byte', [{from: went, to}], {
		outcome: to === null ? null : 'failed',
		note: to === null ? null : 'none came',
	});
};

/** What a server waits for that knows its client by its address alone. */
const firstInLane = (row: Row): Lane | null => {
	const from = first(row, 'secure')?.at ?? first(row, 'accept')?.at;
	const came = first(row, 'first-in')?.at;
	if (from === undefined || (came !== undefined && came < from)) return null;
	const spoke = first(row, 'first-out')?.at;
	if (came === undefined && (spoke !== undefined || row.stepsDropped > 0)) return null;
	const to = came ?? stopsAt(row, from);
	return laneOf('first byte', [{from, to}], {
		outcome: came === undefined && to !== null ? 'failed' : null,
		note: came === undefined && to !== null ? 'none came' : 'from the client',
	});
};

/** What the server itself took for the first byte of its answer. */
const answerLane = (row: Row): Lane | null => {
	const came = first(row, 'first-in')?.at;
	const went = first(row, 'first-out')?.at;
	if (came === undefined || (went !== undefined && went < came)) return null;
	if (went !== undefined) return laneOf('answer', [{from: came, to: went}]);
	// Bytes alone may want no answer; a request does.
	if (first(row, 'request') === undefined || row.stepsDropped > 0) return null;
	const to = stopsAt(row, came);
	return laneOf('answer', [{from: came, to}], to === null ? {} : {outcome: 'failed', note: 'none went'});
};

const drainingLane = (row: Row, side: End | null): Lane | null => {
	const spans = spansBetween(row, 'full', 'drain');
	const info = row.kernel?.info;
	const shut = info !== null && info !== undefined && info.rwndLimitedMs > 0;
	return spans.length === 0
		? null
		: laneOf('draining', spans, {
				side,
				note: shut ? `peer's window ${formatMs(info.rwndLimitedMs)}` : null,
			});
};

/** A server's handshake stops the socket below TLS: that is no pause of the program. */
const pausedLane = (row: Row, side: End | null): Lane | null => {
	const secured = row.kind === 'tls' ? (first(row, 'secure')?.at ?? Number.POSITIVE_INFINITY) : 0;
	const spans = spansBetween(row, 'pause', 'resume', secured);
	return spans.length === 0 ? null : laneOf('paused', spans, {side});
};

const spansBetween = (row: Row, begins: string, ends: string, since = 0): Span[] => {
	const spans: Span[] = [];
	let from: number | null = null;
	for (const {step, at} of row.steps) {
		if (step === begins && at >= since) from ??= at;
		else if (step === ends && from !== null) {
			spans.push({from, to: at});
			from = null;
		}
	}
	if (from !== null) spans.push({from, to: closedAt(row)});
	return spans;
};

const closingLane = (row: Row, side: End | null): Lane | null => {
	const end = first(row, 'peer-end', 'local-end');
	if (end === undefined) return null;
	const whose = end.step === 'peer-end' ? 'the peer' : 'this end';
	return laneOf('closing', [{from: end.at, to: closedAt(row)}], {side, note: `${whose} first`});
};

/** The other end's closing is told where it is what still goes on, or where this end has none. */
const closingLanes = ({own, client, isPair}: Ends, lanes: readonly (Lane | null)[]): (Lane | null)[] => {
	if (!isPair) return [...lanes];
	const [ofClient = null, ofServer = null] = lanes;
	const [ofOwn, ofOther] = own === client ? [ofClient, ofServer] : [ofServer, ofClient];
	const isOpen = ofOther?.spans.some(({to}) => to === null) === true;
	return lanes.filter(lane => lane === ofOwn || ofOwn === null || isOpen);
};

/** JavaScript is done with it and the kernel is not, as far as looks at its table tell. */
const lingeringLane = (row: Row, side: End | null): Lane | null => {
	const closed = closedAt(row);
	const {stage, stageSince, dwell, kernel} = row;
	if (stage === 'lingering') {
		return laneOf('lingering', [{from: closed ?? stageSince, to: null}], {side, note: kernel?.state ?? null});
	}
	const lasted = dwell?.lingering ?? 0;
	if (closed === null || lasted <= 0) return null;
	return laneOf('lingering', [{from: closed, to: closed + lasted}], {side});
};
