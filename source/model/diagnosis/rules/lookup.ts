/** Findings of the phase `lookup`: a name has no address, no server answers, or the answer is slow. */

import type {Finding, ProcessRule, RowContext, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import type {ProcessRow, Row} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {
	longLookupsByProcess,
	lookupNameOf,
	lookupsPendingAt,
	loopRunMs,
	nameserversText,
	newestLookup,
	observedWaitMs,
	type PendingLookups,
	pendingLookupsByProcess,
	resolverEvidence,
	type ThreadPool,
	threadPoolOf,
} from '../evidence/lookups.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../evidence/wording.ts';

/** What getaddrinfo (as Node renames it) and c-ares say where the servers know no such name, or no address of it. */
const unknownNameCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);

const nameNotFound: RowRule = {
	name: 'name-not-found',
	scope: 'row',
	phase: 'lookup',
	severity: 'error',
	title: 'the name has no address',
	stages: ['failed'],
	roles: null,
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		if (row.error?.operation !== 'lookup' || !unknownNameCodes.has(row.error.code)) return null;
		const tookMs = lookupDurationMs(context);
		const after = tookMs === null ? '' : ` after ${formatMs(tookMs)}`;
		return lookupFailureFinding(
			context,
			`lookup of ${lookupNameOf(row)} was answered${after}: there is no such name, or it has no address`,
		);
	},
};

/** So long takes no answer that only has to come from a server which knows it, in ms. */
const immediateFailureMs = 900;

const resolverFailing: RowRule = {
	name: 'resolver-failing',
	scope: 'row',
	phase: 'lookup',
	severity: 'error',
	title: 'the servers for names give no answer',
	stages: ['failed'],
	roles: null,
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		if (row.error?.operation !== 'lookup' || unknownNameCodes.has(row.error.code)) return null;
		const why = failureText(row.error.code, lookupDurationMs(context), context);
		return lookupFailureFinding(
			context,
			`lookup of ${lookupNameOf(row)} failed ${why}${nameserversText(context)}`,
		);
	},
};

/** What c-ares tells by a code of its own. */
const caresErrorTexts: ReadonlyMap<string, string> = new Map([
	['ESERVFAIL', 'a server said that it cannot answer (SERVFAIL)'],
	['EREFUSED', 'a server refused to answer (REFUSED)'],
	['ECONNREFUSED', 'no server listens there'],
	['ETIMEOUT', 'no server answered'],
	['ECANCELLED', 'it was called off'],
	['EAI_FAIL', 'a server said that it cannot answer, for good'],
]);

/** EAI_AGAIN means a server that cannot answer, one that cannot be reached, and silence: only the time tells them apart. */
function failureText(code: string, tookMs: number | null, {process}: RowContext): string {
	if (tookMs === null) return `with ${code}`;
	const after = `after ${formatMs(tookMs)}`;
	const known = caresErrorTexts.get(code);
	if (known !== undefined) return `${after}: ${known}`;
	if (code !== 'EAI_AGAIN') return `with ${code} ${after}`;
	if (tookMs < immediateFailureMs) {
		return `almost at once, ${after}: the servers cannot be reached, or said that they cannot answer`;
	}

	const resolverTimeoutMs = process?.resolver?.timeoutMs ?? null;
	return resolverTimeoutMs !== null && tookMs >= resolverTimeoutMs - timerSlackMs
		? `${after}: no server answered within ${formatMs(resolverTimeoutMs)}`
		: `${after}: a server said so late that it cannot answer, or none answered`;
}

/** A lookup that began between two looks at the clock. */
const timerSlackMs = 20;

/** How long a lookup that has ended took, without the time in which the event loop could not hear of it. */
function lookupDurationMs({row, process}: RowContext): number | null {
	const lookup = newestLookup(row);
	const until = lookup?.end?.at ?? row.closedAt;
	if (lookup === null || until === null) return null;
	return loopRunMs(lookup.start.at, until, process?.blocked ?? []);
}

function lookupFailureFinding(context: RowContext, message: string): Finding {
	const {row, process} = context;
	const at = row.closedAt ?? row.openedAt;
	const errorText = row.error === null ? 'the lookup failed' : `${row.error.code}: ${row.error.message}`;
	return {
		operation: 'lookup',
		...endpointFields(row),
		message,
		evidence: [evidenceItem('process', errorText, at), ...resolverEvidence(process, at)],
		next: nextCommand(context, 'name'),
	};
}

/** An answer from the cache of a server takes milliseconds, and one from the other end of the world a few hundred. */
const slowMs = 1000;
/** And this a user feels in each connection. */
const verySlowMs = 2000;
/** What a lookup cost is worth telling for so long after it has ended. */
const reportedForMs = 30_000;

const lookupSlow: RowRule = {
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
		// What fails is told as that.
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
	const pendingBefore =
		row.proc === null ? 0 : lookupsPendingAt(facts.cached(longLookupsByProcess).get(row.proc), start);
	// Whoever waits for a thread is told of by the rule of that.
	const isQueued = process !== null && pendingBefore >= threadPoolOf(process).slots;
	const durationText = end === null ? 'the lookup has been under way for' : 'the lookup has ended after';
	return {
		severity: tookMs >= verySlowMs && !isQueued ? 'warn' : 'info',
		operation: 'lookup',
		...endpointFields(row),
		message:
			end === null
				? `lookup of ${lookupNameOf(row)} has had no answer for more than ${wholeSeconds(tookMs)}`
				: `lookup of ${lookupNameOf(row)} took ${formatMs(tookMs)}${connectedToText(row)}`,
		evidence: [
			evidenceItem('process', `${durationText} ${formatMs(tookMs)}`, at),
			...(pendingBefore === 0
				? []
				: [
						evidenceItem(
							'process',
							`when it began, ${pendingBefore} other lookups of this process were under way`,
							start,
						),
					]),
			...resolverEvidence(process, at),
		],
		next: nextCommand(context, 'name'),
	};
}

/** In steps that a reader can follow: each change is told anew. */
const wholeSeconds = (ms: number): string =>
	`${ms < 5000 ? Math.floor(ms / 1000) : Math.floor(ms / 5000) * 5} s`;

/** Both ends, once they are known. */
const connectedToText = ({local, peer}: Row): string =>
	peer === null ? '' : `, then it went ${endpointsText({host: null, local, peer})}`;

/** Many ask for names at once at the start, and are answered in no time. */
const queueWaitMs = 1000;

const lookupQueue: ProcessRule = {
	name: 'lookup-queue',
	scope: 'process',
	phase: 'lookup',
	severity: 'warn',
	title: 'lookups wait for a thread',
	raiseAfterMs: 0,
	// Between two bursts.
	clearAfterMs: 2000,
	find({process, facts, now}) {
		// The pool is one for all threads of a process: it is told of its main thread.
		if (process.thread !== 0 || process.endedAt !== null) return null;
		const pending = facts.cached(pendingLookupsByProcess).get(process.proc);
		if (pending === undefined) return null;
		const pool = threadPoolOf(process);
		if (pending.count <= pool.slots || now - pending.oldest.stageSince < queueWaitMs) return null;
		const waitedMs = observedWaitMs(pending.oldest.stageSince, process);
		if (waitedMs < queueWaitMs) return null;
		return lookupQueueFinding(process, pending, pool, waitedMs);
	},
};

function lookupQueueFinding(
	process: ProcessRow,
	{count, oldest}: PendingLookups,
	pool: ThreadPool,
	waitedMs: number,
): Finding {
	const {pid, program} = process;
	const at = process.loopSeenAt ?? process.startedAt;
	const size = pool.isConfigured
		? `UV_THREADPOOL_SIZE of pid ${pid} is ${pool.threads}`
		: `pid ${pid} was not started with UV_THREADPOOL_SIZE, which is ${pool.threads} then`;
	return {
		operation: 'lookup',
		local: null,
		peer: null,
		message:
			`lookup waits for a thread in ${sanitize(program) || `pid ${pid}`}: more names are asked for than the ` +
			`${pool.slots} that a thread pool of ${pool.threads} looks up at a time, and no answer came for ${wholeSeconds(waitedMs)}`,
		evidence: [
			evidenceItem(
				'process',
				`${count} lookups are under way, the oldest of them (${lookupNameOf(oldest)}) for ${formatMs(waitedMs)}`,
				at,
			),
			evidenceItem('process', size, at),
		],
		next: {
			advice:
				'start the program with a larger UV_THREADPOOL_SIZE, keep its connections open (an agent with keepAlive), or find out why the names are answered so slowly',
		},
	};
}

export const lookupRules: readonly Rule[] = [nameNotFound, resolverFailing, lookupSlow, lookupQueue];
