/** A lookup that takes long, and the reason, where that is known. */

import type {
	Evidence,
	Finding,
	NextStep,
	RowContext,
	RowRule,
} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	longLookupsByProcess,
	lookupNameOf,
	lookupsPendingAt,
	loopRunMs,
	newestLookup,
	observedWaitMs,
	pendingLookupsByProcess,
	resolverEvidence,
	threadPoolOf,
	wholeSeconds,
} from '../../evidence/lookups.ts';
import {
	isPoolTakenByFiles,
	mayBeTaken,
	type PoolLoad,
	poolEvidence,
	poolLoadBetween,
	threadsNextStep,
} from '../../evidence/thread-pool.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';

/** A server's cached answer takes milliseconds, and one from another continent a few hundred. */
const slowMs = 1000;
/** Users notice this delay in each connection. */
const verySlowMs = 2000;
/** How long a slow lookup is reported after its end. */
const reportedForMs = 30_000;

export const lookupSlow: RowRule = {
	name: 'lookup-slow',
	scope: 'row',
	phase: 'lookup',
	severity: 'warn',
	title: 'the answer to a name is long in coming',
	stages: null,
	roles: null,
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, process, now} = context;
		// A failed lookup has a finding of its own.
		if (row.error?.phase === 'lookup') return null;
		const isPending = row.stage === 'lookup';
		if (!isPending && (row.stageMs?.lookup ?? 0) < slowMs) return null;
		if (isPending && now - row.stageSince < slowMs) return null;
		const lookup = newestLookup(row);
		if (lookup === null || (!isPending && lookup.end === null)) return null;
		const end = lookup.end?.at ?? null;
		if (end !== null && now - end > reportedForMs) return null;
		const tookMs =
			end === null
				? observedWaitMs(lookup.start.at, process)
				: loopRunMs(lookup.start.at, end, process?.blocked ?? []);
		return tookMs < slowMs ? null : slowLookupFinding(context, tookMs, lookup.start.at, end);
	},
};

function slowLookupFinding(context: RowContext, tookMs: number, start: number, end: number | null): Finding {
	const {row, process, facts, now} = context;
	const at = end ?? process?.loopSeenAt ?? now;
	const load = poolLoadBetween(process, facts, start, end ?? now);
	const others = otherLookups(context, load, start);
	const isTaken = process !== null && isPoolTakenByFiles(process, load);
	// A lookup that waits for a thread behind other lookups is lookup-queue's finding.
	const isQueued = process !== null && others.count >= threadPoolOf(process).slots;
	const durationText = end === null ? 'the lookup has been under way for' : 'the lookup has ended after';
	return {
		severity: tookMs >= verySlowMs && (isTaken || !isQueued) ? 'warn' : 'info',
		operation: 'lookup',
		...endpointFields(row),
		message: isTaken ? takenText(row, tookMs, end) : slowText(row, tookMs, end),
		evidence: [
			evidenceItem('process', `${durationText} ${formatMs(tookMs)}`, at),
			...(others.count === 0 ? [] : [evidenceItem('process', others.text, others.at)]),
			...wayEvidence(context, load, at),
		],
		next: nextStep(context, load),
	};
}

const slowText = (row: Row, tookMs: number, end: number | null): string =>
	end === null
		? `lookup of ${lookupNameOf(row)} has had no answer for more than ${wholeSeconds(tookMs)}`
		: `lookup of ${lookupNameOf(row)} took ${formatMs(tookMs)}${connectedToText(row)}`;

const takenText = (row: Row, tookMs: number, end: number | null): string =>
	end === null
		? `lookup of ${lookupNameOf(row)} has not begun for more than ${wholeSeconds(tookMs)}: file operations have all threads of libuv's pool`
		: `lookup of ${lookupNameOf(row)} took ${formatMs(tookMs)}${connectedToText(row)}: file operations had all threads of libuv's pool`;

/** The other lookups of the process: as its pool was sampled, else those of connections when this one began. */
function otherLookups(
	{row, facts}: RowContext,
	load: PoolLoad | null,
	start: number,
): {count: number; text: string; at: number} {
	if (load !== null) {
		const count = Math.max(0, load.lookups - 1);
		return {count, text: `${count} other lookups of this process are under way meanwhile`, at: load.at};
	}

	const lookups = row.proc === null ? undefined : facts.cached(longLookupsByProcess).get(row.proc);
	const count = lookupsPendingAt(lookups, start);
	const text = `when it began, lookups of ${count} other connections of this process were under way`;
	return {count, text, at: start};
}

/** Which servers are asked, where any is; else what the lookup waits for. */
function wayEvidence({row, process, facts}: RowContext, load: PoolLoad | null, at: number): Evidence[] {
	if (process !== null && load !== null) {
		if (load.lookups === 0) {
			const text =
				'no getaddrinfo() of this process is under way: a lookup function of its own looks names up';
			return [evidenceItem('process', text, load.at)];
		}

		if (mayBeTaken(process, load)) return poolEvidence(process, load);
		// Lookups of connections that are no getaddrinfo() are a function's of the program: this may be one.
		const pending = facts.cached(pendingLookupsByProcess).get(process.proc)?.count ?? 0;
		if (row.stage === 'lookup' && pending > load.lookups) return [];
	}

	return resolverEvidence(process, lookupNameOf(row), at);
}

function nextStep(context: RowContext, load: PoolLoad | null): NextStep {
	const {process} = context;
	return process !== null && mayBeTaken(process, load)
		? threadsNextStep(process)
		: nextCommand(context, 'name');
}

/** Both ends, once they are known. */
const connectedToText = ({local, peer}: Row): string =>
	peer === null ? '' : `, then it went ${endpointsText({host: null, local, peer})}`;
