/** The lanes of the waterfall: a connection's time by phase, from the steps of both ends. Pure. */

import {formatMs} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {connectLanes, lookupLane} from './connect-lanes.ts';
import {idleLane, requestsLane} from './idle-lanes.ts';
import {blockedNote} from './loop-lanes.ts';
import {closedAtOf, createLane, firstStep, toText, waitEndsAt} from './steps.ts';
import type {Ends, Lane, ObservedEnd, Side, Span} from './types.ts';

/** @returns the lanes with spans, in the order of a connection's phases, without those of the loops */
export const lanesOf = (ends: Ends): Lane[] => {
	const {own, client, server, isPair, now} = ends;
	const both: (readonly [ObservedEnd, Side | null])[] = isPair
		? [client, server].flatMap(end => (end === null ? [] : [[end, end === client ? 'client' : 'server']]))
		: [[own, null]];
	const each = (make: (row: Row, side: Side | null) => Lane | null): (Lane | null)[] =>
		both.map(([{row}, side]) => make(row, side));
	const lanes: (Lane | null)[] = [
		...(client === null ? [] : [lookupLane(client.row), ...connectLanes(client.row)]),
		queuedLane(ends),
		tlsLane(client?.row) ?? tlsLane(server?.row),
		// A kernel-only client has no step for its request.
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

/** The kernel has completed the connection, and JavaScript has not accepted it yet. */
const queuedLane = ({own, client, server, isPair, now}: Ends): Lane | null => {
	if (server === null) return null;
	const connected = client === null ? undefined : firstStep(client.row, 'connect')?.at;
	const accepted = firstStep(server.row, 'accept')?.at;
	const waits = server.row.stage === 'queued';
	// Without a client's steps, the wait is known only since the first snapshot that showed it.
	const from = connected ?? (waits && (own === server || isPair) ? server.row.openedAt : undefined);
	if (from === undefined || (accepted === undefined && !waits)) return null;
	if (accepted !== undefined && accepted <= from) return null;
	const span: Span = {from, to: accepted ?? null};
	return createLane('queued', [span], {note: blockedNote(span, server.thread, now)});
};

/** From the time at which TCP was established, or the program began TLS over it. */
const tlsLane = (row: Row | undefined): Lane | null => {
	if (row === undefined || row.kind !== 'tls') return null;
	const done = firstStep(row, 'secure');
	const connectedAt = firstStep(row, 'connect', 'accept')?.at;
	if (done !== undefined) {
		const {ms, protocol} = done.detail;
		const from = typeof ms === 'number' ? done.at - ms : connectedAt;
		if (from === undefined) return null;
		return createLane('tls', [{from, to: done.at}], {outcome: 'ok', note: toText(protocol)});
	}

	if (connectedAt === undefined) return null;
	const failed = firstStep(row, 'error');
	const to = failed?.at ?? closedAtOf(row);
	if (to === null) return row.stage === 'tls' ? createLane('tls', [{from: row.stageSince, to}]) : null;
	return createLane('tls', [{from: connectedAt, to}], {outcome: 'failed', note: toText(failed?.detail.code)});
};

/** From the request's first byte, or the time from which it could be sent, to the answer's first byte. */
const firstByteLane = (row: Row): Lane | null => {
	const receivedAt = firstStep(row, 'first-in')?.at;
	const sentAt = firstStep(row, 'first-out')?.at;
	const readyAt = firstStep(row, 'secure', 'connect')?.at;
	const from = sentAt !== undefined && (receivedAt === undefined || sentAt < receivedAt) ? sentAt : readyAt;
	if (receivedAt !== undefined && from !== undefined && receivedAt >= from)
		return createLane('first byte', [{from, to: receivedAt}]);
	// A client that sent nothing waits for no answer; and the dropped steps may include the first byte.
	if (receivedAt !== undefined || sentAt === undefined || row.stepsDropped > 0 || hasRead(row)) return null;
	const to = waitEndsAt(row, sentAt);
	return createLane('first byte', [{from: sentAt, to}], {
		outcome: to === null ? null : 'failed',
		note: to === null ? null : 'none came',
	});
};

/** The server's wait for the client's first byte, where the client has no steps. */
const firstInLane = (row: Row): Lane | null => {
	const from = firstStep(row, 'secure')?.at ?? firstStep(row, 'accept')?.at;
	const receivedAt = firstStep(row, 'first-in')?.at;
	if (from === undefined || (receivedAt !== undefined && receivedAt < from)) return null;
	const sentAt = firstStep(row, 'first-out')?.at;
	if (receivedAt === undefined && (sentAt !== undefined || row.stepsDropped > 0 || hasRead(row))) return null;
	const to = receivedAt ?? waitEndsAt(row, from);
	return createLane('first byte', [{from, to}], {
		outcome: receivedAt === undefined && to !== null ? 'failed' : null,
		note: receivedAt === undefined && to !== null ? 'none came' : 'from the client',
	});
};

/**
 * The server's own time between the request's first byte and the answer's; unknown where one look at the
 * counters has shown both.
 */
const answerLane = (row: Row): Lane | null => {
	const receivedAt = firstStep(row, 'first-in')?.at;
	const sentAt = firstStep(row, 'first-out')?.at;
	if (receivedAt === undefined || (sentAt !== undefined && sentAt <= receivedAt)) return null;
	if (sentAt !== undefined) return createLane('answer', [{from: receivedAt, to: sentAt}]);
	// Bytes alone may need no answer; a request does.
	if (firstStep(row, 'request') === undefined || row.stepsDropped > 0 || hasWritten(row)) return null;
	const to = waitEndsAt(row, receivedAt);
	return createLane(
		'answer',
		[{from: receivedAt, to}],
		to === null ? {} : {outcome: 'failed', note: 'none went'},
	);
};

/** The counters show bytes whose time was not seen. */
const hasRead = ({process}: Row): boolean => (process?.bytesRead ?? 0) > 0;
const hasWritten = ({process}: Row): boolean => (process?.bytesWritten ?? 0) > 0;

const drainingLane = (row: Row, side: Side | null): Lane | null => {
	const spans = spansBetween(row, 'full', 'drain');
	const info = row.kernel?.info;
	const isWindowLimited = info !== null && info !== undefined && info.rwndLimitedMs > 0;
	return spans.length === 0
		? null
		: createLane('draining', spans, {
				side,
				note: isWindowLimited ? `peer's window ${formatMs(info.rwndLimitedMs)}` : null,
			});
};

/** A server's handshake pauses the socket below TLS: that is no pause of the program. */
const pausedLane = (row: Row, side: Side | null): Lane | null => {
	const securedAt = row.kind === 'tls' ? (firstStep(row, 'secure')?.at ?? Number.POSITIVE_INFINITY) : 0;
	const spans = spansBetween(row, 'pause', 'resume', securedAt);
	return spans.length === 0 ? null : createLane('paused', spans, {side});
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
	if (from !== null) spans.push({from, to: closedAtOf(row)});
	return spans;
};

const closingLane = (row: Row, side: Side | null): Lane | null => {
	const end = firstStep(row, 'peer-end', 'local-end');
	if (end === undefined) return null;
	const closer = end.step === 'peer-end' ? 'the peer' : 'this end';
	return createLane('closing', [{from: end.at, to: closedAtOf(row)}], {side, note: `${closer} first`});
};

/** The other end's closing is shown while it lasts, or where this end has none. */
const closingLanes = ({own, client, isPair}: Ends, lanes: readonly (Lane | null)[]): (Lane | null)[] => {
	if (!isPair) return [...lanes];
	const [ofClient = null, ofServer = null] = lanes;
	const [ofOwn, ofOther] = own === client ? [ofClient, ofServer] : [ofServer, ofClient];
	const isOpen = ofOther?.spans.some(({to}) => to === null) === true;
	return lanes.filter(lane => lane === ofOwn || ofOwn === null || isOpen);
};

/** JavaScript has closed the socket, and the kernel still has it, as far as the snapshots show. */
const lingeringLane = (row: Row, side: Side | null): Lane | null => {
	const closed = closedAtOf(row);
	const {stage, stageSince, stageMs, kernel} = row;
	if (stage === 'lingering') {
		return createLane('lingering', [{from: closed ?? stageSince, to: null}], {
			side,
			note: kernel?.state ?? null,
		});
	}
	const lingeredMs = stageMs?.lingering ?? 0;
	if (closed === null || lingeredMs <= 0) return null;
	return createLane('lingering', [{from: closed, to: closed + lingeredMs}], {side});
};
