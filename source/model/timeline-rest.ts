/** What an open connection does once it is up: its requests, and the time in which nothing moved. Pure. */

import type {Lane, Span} from './timeline.ts';
import {closedAt, laneOf} from './timeline-steps.ts';
import type {Row, Step} from './types.ts';

/** Requests after the first, of which the first byte tells. */
const requestsWorth = 2;

/** HTTP/1's, each to the end of its answer. */
export const requestsLane = (row: Row): Lane | null => {
	const spans = exchanges(row);
	if (spans.length < requestsWorth) return null;
	return laneOf('requests', spans, {note: row.stepsDropped > 0 ? 'the newest of them' : null});
};

const exchanges = (row: Row): Span[] => {
	const spans: Span[] = [];
	const waiting: number[] = [];
	for (const {step, at} of row.steps) {
		if (step === 'request') waiting.push(at);
		else if (step === 'response') {
			const from = waiting.shift();
			if (from !== undefined) spans.push({from, to: at});
		}
	}
	return [...spans, ...waiting.map(from => ({from, to: closedAt(row)}))];
};

/** Bytes are counted four times a second: a shorter rest is not seen. */
const restWorthMs = 500;

/** Something moved. */
const moving: ReadonlySet<string> = new Set([
	'connect',
	'accept',
	'secure',
	'first-in',
	'first-out',
	'request',
	'response',
	'drain',
	'resume',
]);
const opening: ReadonlySet<string> = new Set(['connect', 'accept']);
const ending: ReadonlySet<string> = new Set(['peer-end', 'local-end', 'error', 'close']);

/** Between requests, and since the last byte; not while anything is waited for. */
export const idleLane = (row: Row, now: number): Lane | null => {
	if (!row.steps.some(({step}) => opening.has(step))) return null;
	const spans = [...restsBetween(row), lastRest(row)].filter(
		(span): span is Span => span !== null && (span.to ?? now) - span.from >= restWorthMs,
	);
	if (spans.length === 0) return null;
	const fired = row.steps.some(({step}) => step === 'timeout');
	return laneOf('idle', spans, {note: fired ? 'the inactivity timer fired' : null});
};

const restsBetween = ({steps}: Row): Span[] => {
	const rests: Span[] = [];
	let waiting = 0;
	let restedAt: number | null = null;
	for (const {step, at} of steps) {
		if (step === 'request') {
			if (waiting === 0 && restedAt !== null) rests.push({from: restedAt, to: at});
			waiting += 1;
		} else if (step === 'response') {
			waiting = Math.max(0, waiting - 1);
			restedAt = at;
		}
	}
	return rests;
};

const lastRest = (row: Row): Span | null => {
	const end = row.steps.find(({step}) => ending.has(step));
	const before = row.steps.filter(({at}) => end === undefined || at <= end.at);
	if (waits(before)) return null;
	const moved = before.findLast(({step}) => moving.has(step))?.at;
	if (moved === undefined) return null;
	const active = row.lastActivityAt ?? moved;
	const to = end?.at ?? row.closedAt;
	const from = Math.max(moved, to === null ? active : Math.min(active, to));
	return {from, to};
};

/** An answer, 'drain', or the program's own word is waited for. */
const waits = (steps: readonly Step[]): boolean => {
	const count = (name: string): number => steps.filter(({step}) => step === name).length;
	const isLast = (begin: string, ...ends: readonly string[]): boolean =>
		steps.findLast(({step}) => step === begin || ends.includes(step))?.step === begin;
	return (
		isLast('full', 'drain') ||
		// Of a TLS server's socket, the pause before it is secure is Node's own.
		isLast('pause', 'resume', 'secure') ||
		count('request') > count('response') ||
		(count('connect') > 0 && count('first-out') > 0 && count('first-in') === 0)
	);
};
