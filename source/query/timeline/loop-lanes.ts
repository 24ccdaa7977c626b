/** The blocked spans of both ends' event loops, on the axis of their connection. Pure. */
import {formatMs} from '../../domain/format.ts';
import type {ProcessRow} from '../../domain/row.ts';
import {createLane} from './steps.ts';
import {type Lane, type ObservedEnd, type Span, sideOf} from './types.ts';

type Axis = {from: number; to: number; now: number};

export type LoopLane = {lane: Lane; spans: readonly Span[]};

/** A running loop is reported once a second. */
const reportIntervalMs = 1000;
/** A loop without a report for this long does not run; reports may come a little late. */
const silentAfterMs = 3000;

/** @returns a lane for each thread with reports of its loop; both ends in one thread share one */
export const loopLanes = (both: readonly ObservedEnd[], axis: Axis): LoopLane[] => {
	const threads = new Set(both.flatMap(({thread}) => (thread === null ? [] : [thread])));
	return [...threads].flatMap(thread => {
		const reported = blockedSpans(thread, axis.now);
		if (thread.loopSeenAt === null && reported.length === 0) return [];
		const ends = both.filter(end => end.thread === thread);
		const [end] = ends;
		const spans = reported.flatMap(span => clipSpan(span, axis));
		const side = both.length > 1 && ends.length === 1 && end !== undefined ? sideOf(end.row) : null;
		const note = coversFrom(thread, axis.from) ? null : 'older ones are no longer held';
		return [{lane: createLane('loop', spans, {side, note}), spans}];
	});
};

/** The loop's blocked time within a wait; "≥", since a span may begin up to a tick of the hook earlier. */
export const blockedNote = (span: Span, thread: ProcessRow | null, now: number): string | null => {
	if (thread === null || !coversFrom(thread, span.from)) return null;
	const ms = blockedWithin(span, thread, now);
	if (ms === 0 && thread.loopSeenAt === null) return null;
	return ms > 0 ? `loop blocked ≥${formatMs(ms)}` : 'loop not blocked';
};

/** @returns ms of the span in which the thread's loop did not run */
export const blockedWithin = (span: Span, thread: ProcessRow, now: number): number =>
	blockedSpans(thread, now)
		.flatMap(blocked => clipSpan(blocked, {from: span.from, to: span.to ?? now, now}))
		.reduce((total, {from, to}) => total + (to ?? now) - from, 0);

/** The reported spans, and the current silence, from the time at which the next report was due. */
const blockedSpans = ({blocked, loopSeenAt, startedAt, state}: ProcessRow, now: number): readonly Span[] => {
	const lastReportAt = Math.max(loopSeenAt ?? startedAt, blocked.at(-1)?.to ?? startedAt);
	const isSilent = state === 'running' && now - lastReportAt >= silentAfterMs;
	return isSilent ? [...blocked, {from: lastReportAt + reportIntervalMs, to: null}] : blocked;
};

const clipSpan = (span: Span, {from, to, now}: Axis): Span[] => {
	const begins = Math.max(span.from, from);
	const ends = Math.min(span.to ?? now, to);
	if (begins >= ends) return [];
	return [{from: begins, to: span.to === null && to >= now ? null : ends}];
};

const coversFrom = ({blocked, blockedDropped}: ProcessRow, from: number): boolean =>
	blockedDropped === 0 || (blocked[0]?.from ?? Number.POSITIVE_INFINITY) <= from;
