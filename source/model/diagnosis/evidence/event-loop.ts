/** What is known of a thread's event loop, in words and figures. */

import type {Evidence} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import type {BlockedSpan, ProcessRow} from '../../../domain/row.ts';
import {evidenceItem} from './wording.ts';

/** A hook tells of its event loop once a second; a timer and the way to netwatch may be late by so much more. */
const loopReportIntervalMs = 1000;
const reportToleranceMs = 150;

/**
 * For how long an event loop has not run, at least: it may have run until it had to tell of itself again, and then it
 * did not.
 *
 * @returns ms; 0 where it runs, or where nobody tells
 */
export function loopStallMs(process: ProcessRow | null, now: number): number {
	if (process === null || process.state !== 'running') return 0;
	return Math.max(0, now - loopSeenAtOf(process) - loopReportIntervalMs - reportToleranceMs);
}

/**
 * When a thread's event loop was last known to run: its hook says hello before it tells of the loop, and at the end of a
 * span in which it did not run, it ran.
 */
export const loopSeenAtOf = ({loopSeenAt, startedAt, blocked}: ProcessRow): number =>
	Math.max(loopSeenAt ?? startedAt, blocked.at(-1)?.to ?? 0);

/** For how long a span that is over is told. */
const spanReportedForMs = 5000;

/** @returns the longest span in which the event loop did not run, of those that ended a moment ago */
export function longestRecentSpan(process: ProcessRow | null, now: number): BlockedSpan | null {
	let longest: BlockedSpan | null = null;
	const spans = process?.blocked ?? [];
	for (let index = spans.length - 1; index >= 0; index--) {
		const span = spans[index];
		if (span === undefined || now - span.to > spanReportedForMs) break;
		if (spanMs(span) > (longest === null ? 0 : spanMs(longest))) longest = span;
	}

	return longest;
}

export const spanMs = ({from, to}: BlockedSpan): number => to - from;

/** The evidence of a loop that says nothing, and of one that said nothing a moment ago; none where it runs. */
export function loopEvidence(process: ProcessRow | null, now: number): Evidence[] {
	const stallMs = loopStallMs(process, now);
	const span = longestRecentSpan(process, now);
	const evidence: Evidence[] = [];
	if (span !== null && spanMs(span) >= reportableStallMs) {
		evidence.push(evidenceItem('load', `the event loop did not run for ${formatMs(spanMs(span))}`, span.to));
	}

	if (stallMs > 0 && process !== null) {
		const lastReportText = `the event loop last told of itself ${formatMs(now - loopSeenAtOf(process))} ago`;
		evidence.push(
			evidenceItem(
				'load',
				`${lastReportText}, and does so each second: it has not run for ${formatMs(stallMs)} or more`,
				loopSeenAtOf(process),
			),
		);
	}

	return evidence;
}

/** Shorter ones are the garbage collector's and a busy machine's. */
export const reportableStallMs = 200;
