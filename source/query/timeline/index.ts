/**
 * The timeline of a connection from all sources: both ends' steps, the kernel's facts and the event loops'
 * blocked spans, in the order of time. Pure. It holds observations only, and no guess.
 */

import type {Row} from '../../domain/row.ts';
import {eventsOf} from './events.ts';
import {lanesOf} from './lanes.ts';
import {loopLanes} from './loop-lanes.ts';
import {
	type Ends,
	type Lane,
	type LaneName,
	type ObservedEnd,
	type Side,
	sideOf,
	type Timeline,
	type TimelineOptions,
} from './types.ts';

/**
 * @param observed the end whose timeline is shown
 * @returns its timeline; the same for the same rows, threads and time
 */
export const timelineOf = (observed: ObservedEnd, {pair, now}: TimelineOptions): Timeline => {
	const ends = endsOf(observed, pair, now);
	const both = [observed, ...(ends.isPair && pair ? [pair] : [])];
	const lanes = lanesOf(ends);
	const spans = lanes.flatMap(lane => lane.spans);
	const rows = both.map(({row}) => row);
	// The first snapshot with a socket may have begun before the socket was made: rows with steps are exact.
	const withSteps = rows.filter(({steps}) => steps.length > 0);
	const opened = (withSteps.length > 0 ? withSteps : rows).map(({openedAt}) => openedAt);
	const from = Math.min(...opened, ...spans.map(span => span.from));
	const isOver = rows.every(({closedAt}) => closedAt !== null) && spans.every(({to}) => to !== null);
	const last = Math.max(from, ...rows.map(lastEventAt), ...spans.map(({to}) => to ?? now));
	const to = isOver ? last : Math.max(last, now);
	const loops = loopLanes(both, {from, to, now});
	return {
		from,
		to,
		quietSince: quietSinceOf(lanes, {from, to}),
		events: eventsOf(ends, lanes, loops),
		lanes: [...lanes, ...loops.map(({lane}) => lane)],
		missing: both
			.filter(({row}) => row.stepsDropped > 0)
			.map(({row}) => ({side: sideOf(row), steps: row.stepsDropped})),
	};
};

const endsOf = (own: ObservedEnd, pair: ObservedEnd | null, now: number): Ends => {
	// A kernel-only row may have no role: its pair's role decides.
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

const opposite = (side: Side | null): Side | null =>
	side === null ? null : side === 'client' ? 'server' : 'client';

const lastEventAt = ({closedAt, steps}: Row): number =>
	Math.max(closedAt ?? Number.NEGATIVE_INFINITY, steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY);

/** Lanes up to the first byte of an answer: the axis shows a time within one of them in full length, … */
const setupLanes: ReadonlySet<LaneName> = new Set([
	'lookup',
	'connect',
	'queued',
	'tls',
	'first byte',
	'answer',
]);
/** … unless the part before it takes less than this share of the axis: less than a cell. */
const unreadableShare = 0.02;
/** A quiet time with this share of the axis leaves no room for the part before it. */
const longIdleShare = 0.6;

/** @returns the start of the longest time without a change; null where it is short, or nothing precedes it */
const quietSinceOf = (lanes: readonly Lane[], {from, to}: {from: number; to: number}): number | null => {
	const spans = lanes.flatMap(lane =>
		lane.spans.map(span => ({...span, to: span.to ?? to, name: lane.name})),
	);
	const times = [...spans.flatMap(span => [span.from, span.to]), to].toSorted((one, other) => one - other);
	let longest = {from, to: from};
	for (const [index, at] of times.entries()) {
		const next = times[index + 1];
		if (next !== undefined && next - at > longest.to - longest.from) longest = {from: at, to: next};
	}
	const isLong = longest.to - longest.from >= longIdleShare * (to - from);
	const isSettingUp = spans.some(
		span => setupLanes.has(span.name) && span.from < longest.to && span.to > longest.from,
	);
	const isUnreadable = longest.from - from < unreadableShare * (to - from);
	const before = spans.filter(span => span.to > span.from && span.to <= longest.from).length;
	// A single earlier span is readable from its printed duration.
	const hasBeginning = isSettingUp ? isUnreadable && before > 1 : before > 0;
	return isLong && hasBeginning ? longest.from : null;
};
