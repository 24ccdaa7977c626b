/**
 * One timeline of a connection from all who saw it: both ends' steps, what the kernel tells and when the event loops did
 * not run, in the order of time. Pure. Nothing of it is a guess: what was not observed is not there.
 */

import type {Row} from '../../domain/row.ts';
import {eventsOf} from './events.ts';
import {lanesOf} from './lanes.ts';
import {loopLanes} from './loop-lanes.ts';
import {
	type End,
	type Ends,
	type Lane,
	type LaneName,
	type Seen,
	sideOf,
	type Timeline,
	type TimelineOptions,
} from './types.ts';

/**
 * @param seen the row that is looked at
 * @returns its timeline; the same for the same rows, threads and time
 */
export const timelineOf = (seen: Seen, {pair, now}: TimelineOptions): Timeline => {
	const ends = endsOf(seen, pair, now);
	const both = [seen, ...(ends.isPair && pair ? [pair] : [])];
	const waits = lanesOf(ends);
	const spans = waits.flatMap(lane => lane.spans);
	const rows = both.map(({row}) => row);
	// A look that shows a socket first may have begun before that was made: who has steps knows better.
	const told = rows.filter(({steps}) => steps.length > 0);
	const opened = (told.length > 0 ? told : rows).map(({openedAt}) => openedAt);
	const from = Math.min(...opened, ...spans.map(span => span.from));
	const isOver = rows.every(({closedAt}) => closedAt !== null) && spans.every(({to}) => to !== null);
	const last = Math.max(from, ...rows.map(endOf), ...spans.map(({to}) => to ?? now));
	const to = isOver ? last : Math.max(last, now);
	const loops = loopLanes(both, {from, to, now});
	return {
		from,
		to,
		settledAt: settledAt(waits, {from, to}),
		events: eventsOf(ends, waits, loops),
		lanes: [...waits, ...loops.map(({lane}) => lane)],
		missing: both
			.filter(({row}) => row.stepsDropped > 0)
			.map(({row}) => ({side: sideOf(row), steps: row.stepsDropped})),
	};
};

const endsOf = (own: Seen, pair: Seen | null, now: number): Ends => {
	// Of a row that the kernel alone has, the other end may tell which one it is.
	const side = sideOf(own.row) ?? opposite(pair && sideOf(pair.row));
	const other = side === null ? null : pair;
	return {
		own,
		client: side === 'server' ? other : own,
		server: side === 'server' ? own : other,
		isPair: other !== null,
		now,
	};
};

const opposite = (side: End | null): End | null =>
	side === null ? null : side === 'client' ? 'server' : 'client';

const endOf = ({closedAt, steps}: Row): number =>
	Math.max(closedAt ?? Number.NEGATIVE_INFINITY, steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY);

/** On the way to the first byte of an answer: while one of these lasts, it is what the axis is for, */
const onTheWay: ReadonlySet<LaneName> = new Set([
	'lookup',
	'connect',
	'queued',
	'tls',
	'first byte',
	'answer',
]);
/** unless what came before it takes less than this part of the whole: less than a cell. */
const unreadable = 0.02;
/** A rest that takes this part of the whole leaves no room for what came before it. */
const longRest = 0.6;

/** Where the longest time begins in which nothing changes, if that is a long rest and something came before it. */
const settledAt = (lanes: readonly Lane[], {from, to}: {from: number; to: number}): number | null => {
	const spans = lanes.flatMap(lane =>
		lane.spans.map(span => ({...span, to: span.to ?? to, name: lane.name})),
	);
	const times = [...spans.flatMap(span => [span.from, span.to]), to].toSorted((one, other) => one - other);
	let rest = {from, to: from};
	for (const [index, at] of times.entries()) {
		const next = times[index + 1];
		if (next !== undefined && next - at > rest.to - rest.from) rest = {from: at, to: next};
	}
	const isLong = rest.to - rest.from >= longRest * (to - from);
	const isOnTheWay = spans.some(
		span => onTheWay.has(span.name) && span.from < rest.to && span.to > rest.from,
	);
	const isUnreadable = rest.from - from < unreadable * (to - from);
	const before = spans.filter(span => span.to > span.from && span.to <= rest.from).length;
	// One thing alone is told by how long it took.
	const hasBeginning = isOnTheWay ? isUnreadable && before > 1 : before > 0;
	return isLong && hasBeginning ? rest.from : null;
};
