/** The state of a thread's event loop, as text and numbers. */

import type {Evidence} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import type {BlockedSpan, ProcessRow} from '../../../domain/row.ts';
import {evidenceItem} from './wording.ts';

/** A hook reports its event loop once a second, plus this margin for a late timer and the way to netwatch. */
const loopReportIntervalMs = 1000;
const reportToleranceMs = 150;

/**
 * The minimum time that an event loop has been blocked: it may have run until its next report was due. Before
 * the first socket nothing waits for it.
 *
 * @returns ms; 0 where it runs, or no hook reports
 */
export function loopStallMs(process: ProcessRow | null, now: number): number {
	if (process === null || process.state !== 'running') return 0;
	const silence = now - loopSeenAtOf(process) - loopReportIntervalMs - reportToleranceMs;
	return Math.max(0, Math.min(silence, now - (process.firstSocketAt ?? now)));
}

/**
 * When a thread's event loop was last known to run: the hook's hello comes before its first loop report, and
 * the end of a blocked span shows a running loop.
 */
export const loopSeenAtOf = ({loopSeenAt, hookedAt, startedAt, blocked}: ProcessRow): number =>
	Math.max(loopSeenAt ?? hookedAt ?? startedAt, blocked.at(-1)?.to ?? 0);

/** How long a past span stays evidence. */
const spanReportedForMs = 5000;

/** @returns the longest of the event loop delays that ended recently, of each the part after the first socket */
export function longestRecentSpan(process: ProcessRow | null, now: number): BlockedSpan | null {
	let longest: BlockedSpan | null = null;
	const spans = process?.blocked ?? [];
	const firstSocketAt = process?.firstSocketAt ?? Number.POSITIVE_INFINITY;
	for (let index = spans.length - 1; index >= 0; index--) {
		const span = spans[index];
		if (span === undefined || now - span.to > spanReportedForMs) break;
		const counted = {from: Math.max(span.from, firstSocketAt), to: span.to};
		if (spanMs(counted) > (longest === null ? 0 : spanMs(longest))) longest = counted;
	}

	return longest;
}

export const spanMs = ({from, to}: BlockedSpan): number => to - from;

/** Evidence of a blocked loop, or of one blocked recently; none where it runs. */
export function loopEvidence(process: ProcessRow | null, now: number): Evidence[] {
	const stallMs = loopStallMs(process, now);
	const span = longestRecentSpan(process, now);
	const evidence: Evidence[] = [];
	if (span !== null && spanMs(span) >= reportableStallMs) {
		evidence.push(evidenceItem('load', `the event loop did not run for ${formatMs(spanMs(span))}`, span.to));
	}

	if (stallMs > 0 && process !== null) {
		const lastReportText = `the event loop last reported ${formatMs(now - loopSeenAtOf(process))} ago`;
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

/** Shorter delays come from the garbage collector or a busy machine. */
export const reportableStallMs = 200;
