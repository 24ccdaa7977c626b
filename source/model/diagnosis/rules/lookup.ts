/** Findings of the phase `lookup`: a name has no address, no server answers, or the answer is slow. */

import type {Finding, ProcessRule, RowContext, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import type {ProcessRow, Row} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {descriptorEvidence, descriptorsNextStep, lacksDescriptor} from '../evidence/descriptors.ts';
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

/** Codes of getaddrinfo (as renamed by Node) and c-ares for a name that is unknown, or has no address. */
const unknownNameCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);

/** Node's permission model: see permission-denied. */
const accessDenied = 'ERR_ACCESS_DENIED';

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
		if (lacksDescriptor(context, tookMs)) return noDescriptorFinding(context, tookMs);
		const after = tookMs === null ? '' : ` after ${formatMs(tookMs)}`;
		return lookupFailureFinding(
			context,
			`lookup of ${lookupNameOf(row)} was answered${after}: there is no such name, or it has no address`,
		);
	},
};

/** No server was asked, and the next step is not to ask one. */
function noDescriptorFinding(context: RowContext, tookMs: number | null): Finding {
	const {row, process} = context;
	const found = lookupFailureFinding(
		context,
		`lookup of ${lookupNameOf(row)} was not possible${tookMs === null ? '' : ` (${formatMs(tookMs)})`}: the process had no descriptor left to ask with, and nothing is known of the name`,
	);
	return {
		...found,
		evidence: [...found.evidence.slice(0, 1), ...descriptorEvidence(process)],
		next: descriptorsNextStep(row),
	};
}

/** A failure sooner than this includes no timeout of a name server, in ms. */
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
		if (row.error.code === accessDenied) return null;
		const why = failureText(row.error.code, lookupDurationMs(context), context);
		return lookupFailureFinding(
			context,
			`lookup of ${lookupNameOf(row)} failed ${why}${nameserversText(context)}`,
		);
	},
};

/** Failures with an unambiguous code, most of them of c-ares. */
const caresErrorTexts: ReadonlyMap<string, string> = new Map([
	['ESERVFAIL', 'a server said that it cannot answer (SERVFAIL)'],
	['EREFUSED', 'a server refused to answer (REFUSED)'],
	['ECONNREFUSED', 'no server listens there'],
	['ETIMEOUT', 'no server answered'],
	['ECANCELLED', 'it was called off'],
	['EAI_FAIL', 'a server said that it cannot answer, for good'],
]);

/** EAI_AGAIN covers SERVFAIL, an unreachable server and silence: only the duration distinguishes them. */
function failureText(code: string, tookMs: number | null, {process}: RowContext): string {
	if (tookMs === null) return `with ${code}`;
	const after = `after ${formatMs(tookMs)}`;
	const reason = caresErrorTexts.get(code);
	if (reason !== undefined) return `${after}: ${reason}`;
	if (code !== 'EAI_AGAIN') return `with ${code} ${after}`;
	if (tookMs < immediateFailureMs) {
		return `almost at once, ${after}: the servers cannot be reached, or said that they cannot answer`;
	}

	const resolverTimeoutMs = process?.resolver?.timeoutMs ?? null;
	return resolverTimeoutMs !== null && tookMs >= resolverTimeoutMs - timerSlackMs
		? `${after}: no server answered within ${formatMs(resolverTimeoutMs)}`
		: `${after}: a server said so late that it cannot answer, or none answered`;
}

/** A lookup's start lies between two reads of the clock: its duration is inaccurate by this, in ms. */
const timerSlackMs = 20;

/** Duration of an ended lookup in ms, without the time in which the event loop was blocked. */
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

/** A server's cached answer takes milliseconds, and one from another continent a few hundred. */
const slowMs = 1000;
/** Users notice this delay in each connection. */
const verySlowMs = 2000;
/** How long a slow lookup is reported after its end. */
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
	const pendingBefore =
		row.proc === null ? 0 : lookupsPendingAt(facts.cached(longLookupsByProcess).get(row.proc), start);
	// A lookup that waits for a thread of the pool is lookup-queue's finding.
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

/** Coarse steps, since each change of a message is reported again. */
const wholeSeconds = (ms: number): string =>
	`${ms < 5000 ? Math.floor(ms / 1000) : Math.floor(ms / 5000) * 5} s`;

/** Both ends, once they are known. */
const connectedToText = ({local, peer}: Row): string =>
	peer === null ? '' : `, then it went ${endpointsText({host: null, local, peer})}`;

/** A program's start often queues many lookups, which are answered at once. */
const queueWaitMs = 1000;

const lookupQueue: ProcessRule = {
	name: 'lookup-queue',
	scope: 'process',
	phase: 'lookup',
	severity: 'warn',
	title: 'lookups wait for a thread',
	raiseAfterMs: 0,
	// Bridges the pause between two bursts.
	clearAfterMs: 2000,
	find({process, facts, now}) {
		// All threads of a process share one pool: the finding is the main thread's.
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
