/** The lanes of an established connection: its requests, and its idle time. Pure. */

import type {StepName} from '../../domain/operation.ts';
import type {Row, Step} from '../../domain/row.ts';
import {closedAtOf, createLane} from './steps.ts';
import type {Lane, Span} from './types.ts';

/** A single request is shown by the lane of the first byte. */
const minRequests = 2;

/** The requests of HTTP/1, each up to the end of its answer. */
export const requestsLane = (row: Row): Lane | null => {
	const {answered, waiting} = exchanges(row);
	const spans = [...answered, ...waiting.map(from => ({from, to: closedAtOf(row)}))];
	if (spans.length < minRequests) return null;
	return createLane('requests', spans, {note: row.stepsDropped > 0 ? 'the newest of them' : null});
};

type Exchanges = {answered: readonly {from: number; to: number}[]; waiting: readonly number[]};

/**
 * Matches requests and answers, which come in the same order. A short exchange may be reported in part: an
 * answer without its request is left out, and so is a request whose answer must have come.
 */
const exchanges = ({steps, http}: Row): Exchanges => {
	const answered: {from: number; to: number}[] = [];
	let waiting: Step[] = [];
	for (const step of steps) {
		if (step.step === 'request') waiting.push(step);
		if (step.step !== 'response') continue;
		const index = waiting.findIndex(request => isSameMessage(request, step));
		const request = waiting[index];
		if (request === undefined) continue;
		answered.push({from: request.at, to: step.at});
		waiting = waiting.slice(index + 1);
	}
	return {answered, waiting: http?.open === 0 ? [] : waiting.map(({at}) => at)};
};

const isSameMessage = ({fields: one}: Step, {fields: other}: Step): boolean =>
	one.method === other.method && one.path === other.path;

/** The hook samples byte counts four times a second: a shorter idle time is not observed. */
const minIdleMs = 500;

/** Steps that show traffic. */
const activitySteps: ReadonlySet<StepName> = new Set([
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
const openingSteps: ReadonlySet<StepName> = new Set(['connect', 'accept']);
const endingSteps: ReadonlySet<StepName> = new Set(['peer-end', 'local-end', 'error', 'close']);

/** Idle time between requests and since the last byte; none while an answer, 'drain' or resume() is due. */
export const idleLane = (row: Row, now: number): Lane | null => {
	if (!row.steps.some(({step}) => openingSteps.has(step))) return null;
	const requests = exchanges(row);
	const spans = [...idleGaps(requests), lastIdleGap(row, requests)].filter(
		(span): span is Span => span !== null && (span.to ?? now) - span.from >= minIdleMs,
	);
	if (spans.length === 0) return null;
	const fired = row.steps.some(({step}) => step === 'timeout');
	return createLane('idle', spans, {note: fired ? 'the inactivity timer fired' : null});
};

const idleGaps = ({answered, waiting}: Exchanges): Span[] => {
	const gaps: Span[] = [];
	let idleSince: number | null = null;
	for (const {from, to} of [...answered, ...waiting.map(at => ({from: at, to: Number.POSITIVE_INFINITY}))]) {
		if (idleSince !== null && from > idleSince) gaps.push({from: idleSince, to: from});
		idleSince = Math.max(idleSince ?? to, to);
	}
	return gaps;
};

const lastIdleGap = (row: Row, {waiting}: Exchanges): Span | null => {
	const end = row.steps.find(({step}) => endingSteps.has(step));
	const before = row.steps.filter(({at}) => end === undefined || at <= end.at);
	if (waiting.length > 0 || isWaiting(before, row)) return null;
	const activeAt = before.findLast(({step}) => activitySteps.has(step))?.at;
	if (activeAt === undefined) return null;
	const active = row.lastActivityAt ?? activeAt;
	const to = end?.at ?? row.closedAt;
	const from = Math.max(activeAt, to === null ? active : Math.min(active, to));
	return {from, to};
};

/** Detects a wait for 'drain', for resume(), or for an answer. */
const isWaiting = (steps: readonly Step[], {process}: Row): boolean => {
	const has = (name: StepName): boolean => steps.some(({step}) => step === name);
	const isLast = (begin: string, ...ends: readonly string[]): boolean =>
		steps.findLast(({step}) => step === begin || ends.includes(step))?.step === begin;
	return (
		isLast('full', 'drain') ||
		// The pause of a TLS server's socket before 'secure' is Node's own.
		isLast('pause', 'resume', 'secure') ||
		(has('connect') && has('first-out') && !has('first-in') && (process?.bytesRead ?? 0) === 0)
	);
};
