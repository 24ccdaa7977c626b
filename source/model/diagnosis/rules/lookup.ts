/** Findings of the phase `lookup`: a name has no address, nobody answers for it, or the answer is long in coming. */

import type {Finding, ProcessRule, RowRule, RowSituation, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import type {ProcessRow, Row} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {
	askedServers,
	longLookups,
	lookupsUnderWay,
	nameOf,
	newestLookup,
	type Pool,
	poolOf,
	ranFor,
	resolverEvidence,
	type UnderWay,
	underWayAt,
	waitedFor,
} from '../evidence/lookups.ts';
import {addressesOf, endpoints, fact, look} from '../evidence/wording.ts';

/** What getaddrinfo (as Node renames it) and c-ares say where the servers know no such name, or no address of it. */
const unknownName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);

const notFound: RowRule = {
	name: 'name-not-found',
	of: 'row',
	phase: 'lookup',
	severity: 'error',
	title: 'the name has no address',
	stages: ['failed'],
	roles: null,
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row} = situation;
		if (row.error?.operation !== 'lookup' || !unknownName.has(row.error.code)) return null;
		const took = lookupTook(situation);
		const after = took === null ? '' : ` after ${formatMs(took)}`;
		return failed(
			situation,
			`lookup of ${nameOf(row)} was answered${after}: there is no such name, or it has no address`,
		);
	},
};

/** So long takes no answer that only has to come from a server which knows it, in ms. */
const atOnceMs = 900;

const failing: RowRule = {
	name: 'resolver-failing',
	of: 'row',
	phase: 'lookup',
	severity: 'error',
	title: 'the servers for names give no answer',
	stages: ['failed'],
	roles: null,
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row} = situation;
		if (row.error?.operation !== 'lookup' || unknownName.has(row.error.code)) return null;
		const why = whyFailed(row.error.code, lookupTook(situation), situation);
		return failed(situation, `lookup of ${nameOf(row)} failed ${why}${askedServers(situation)}`);
	},
};

/** What c-ares tells by a code of its own. */
const byCode: ReadonlyMap<string, string> = new Map([
	['ESERVFAIL', 'a server said that it cannot answer (SERVFAIL)'],
	['EREFUSED', 'a server refused to answer (REFUSED)'],
	['ECONNREFUSED', 'no server listens there'],
	['ETIMEOUT', 'no server answered'],
	['ECANCELLED', 'it was called off'],
	['EAI_FAIL', 'a server said that it cannot answer, for good'],
]);

/** EAI_AGAIN means a server that cannot answer, one that cannot be reached, and silence: only the time tells them apart. */
function whyFailed(code: string, took: number | null, {process}: RowSituation): string {
	if (took === null) return `with ${code}`;
	const after = `after ${formatMs(took)}`;
	const known = byCode.get(code);
	if (known !== undefined) return `${after}: ${known}`;
	if (code !== 'EAI_AGAIN') return `with ${code} ${after}`;
	if (took < atOnceMs) {
		return `almost at once, ${after}: the servers cannot be reached, or said that they cannot answer`;
	}

	const patience = process?.resolver?.timeoutMs ?? null;
	return patience !== null && took >= patience - timerSlackMs
		? `${after}: no server answered within ${formatMs(patience)}`
		: `${after}: a server said so late that it cannot answer, or none answered`;
}

/** A lookup that began between two looks at the clock. */
const timerSlackMs = 20;

/** How long a lookup that has ended took, without the time in which the event loop could not hear of it. */
function lookupTook({row, process}: RowSituation): number | null {
	const lookup = newestLookup(row);
	const until = lookup?.end?.at ?? row.closedAt;
	if (lookup === null || until === null) return null;
	return ranFor(lookup.start.at, until, process?.blocked ?? []);
}

function failed(situation: RowSituation, message: string): Finding {
	const {row, process} = situation;
	const at = row.closedAt ?? row.openedAt;
	const told = row.error === null ? 'the lookup failed' : `${row.error.code}: ${row.error.message}`;
	return {
		operation: 'lookup',
		...addressesOf(row),
		message,
		evidence: [fact('process', told, at), ...resolverEvidence(process, at)],
		next: look(situation, 'name'),
	};
}

/** An answer from the cache of a server takes milliseconds, and one from the other end of the world a few hundred. */
const slowMs = 1000;
/** And this a user feels in each connection. */
const verySlowMs = 2000;
/** What a lookup cost is worth telling for so long after it has ended. */
const toldForMs = 30_000;

const slow: RowRule = {
	name: 'lookup-slow',
	of: 'row',
	phase: 'lookup',
	severity: 'warn',
	title: 'the answer to a name is long in coming',
	stages: null,
	roles: null,
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, process, now} = situation;
		// What fails is told as that.
		if (row.error?.phase === 'lookup') return null;
		const isUnderWay = row.stage === 'lookup';
		if (!isUnderWay && (row.stageMs?.lookup ?? 0) < slowMs) return null;
		if (isUnderWay && now - row.stageSince < slowMs) return null;
		const lookup = newestLookup(row);
		if (lookup === null || (!isUnderWay && lookup.end === null)) return null;
		const end = lookup.end?.at ?? null;
		if (end !== null && now - end > toldForMs) return null;
		const took =
			end === null
				? waitedFor(lookup.start.at, process)
				: ranFor(lookup.start.at, end, process?.blocked ?? []);
		return took < slowMs ? null : slowLookup(situation, took, lookup.start.at, end);
	},
};

function slowLookup(situation: RowSituation, took: number, start: number, end: number | null): Finding {
	const {row, process, world, now} = situation;
	const at = end ?? process?.loopSeenAt ?? now;
	const before = row.proc === null ? 0 : underWayAt(world.once(longLookups).get(row.proc), start);
	// Whoever waits for a thread is told of by the rule of that.
	const isQueued = process !== null && before >= poolOf(process).slots;
	const told = end === null ? 'the lookup has been under way for' : 'the lookup has ended after';
	return {
		severity: took >= verySlowMs && !isQueued ? 'warn' : 'info',
		operation: 'lookup',
		...addressesOf(row),
		message:
			end === null
				? `lookup of ${nameOf(row)} has had no answer for more than ${wholeSeconds(took)}`
				: `lookup of ${nameOf(row)} took ${formatMs(took)}${thenTo(row)}`,
		evidence: [
			fact('process', `${told} ${formatMs(took)}`, at),
			...(before === 0
				? []
				: [fact('process', `when it began, ${before} other lookups of this process were under way`, start)]),
			...resolverEvidence(process, at),
		],
		next: look(situation, 'name'),
	};
}

/** In steps that a reader can follow: each change is told anew. */
const wholeSeconds = (ms: number): string =>
	`${ms < 5000 ? Math.floor(ms / 1000) : Math.floor(ms / 5000) * 5} s`;

/** Both ends, once they are known. */
const thenTo = ({local, peer}: Row): string =>
	peer === null ? '' : `, then it went ${endpoints({host: null, local, peer})}`;

/** Many ask for names at once at the start, and are answered in no time. */
const queueMs = 1000;

const queue: ProcessRule = {
	name: 'lookup-queue',
	of: 'process',
	phase: 'lookup',
	severity: 'warn',
	title: 'lookups wait for a thread',
	raiseAfterMs: 0,
	// Between two bursts.
	clearAfterMs: 2000,
	find({process, world, now}) {
		// The pool is one for all threads of a process: it is told of its main thread.
		if (process.thread !== 0 || process.endedAt !== null) return null;
		const underWay = world.once(lookupsUnderWay).get(process.proc);
		if (underWay === undefined) return null;
		const pool = poolOf(process);
		if (underWay.count <= pool.slots || now - underWay.oldest.stageSince < queueMs) return null;
		const waited = waitedFor(underWay.oldest.stageSince, process);
		if (waited < queueMs) return null;
		return waitingLookups(process, underWay, pool, waited);
	},
};

function waitingLookups(process: ProcessRow, {count, oldest}: UnderWay, pool: Pool, waited: number): Finding {
	const {pid, program} = process;
	const at = process.loopSeenAt ?? process.startedAt;
	const size = pool.isGiven
		? `UV_THREADPOOL_SIZE of pid ${pid} is ${pool.threads}`
		: `pid ${pid} was not started with UV_THREADPOOL_SIZE, which is ${pool.threads} then`;
	return {
		operation: 'lookup',
		local: null,
		peer: null,
		message:
			`lookup waits for a thread in ${sanitize(program) || `pid ${pid}`}: more names are asked for than the ` +
			`${pool.slots} that a thread pool of ${pool.threads} looks up at a time, and no answer came for ${wholeSeconds(waited)}`,
		evidence: [
			fact(
				'process',
				`${count} lookups are under way, the oldest of them (${nameOf(oldest)}) for ${formatMs(waited)}`,
				at,
			),
			fact('process', size, at),
		],
		next: {
			advice:
				'start the program with a larger UV_THREADPOOL_SIZE, keep its connections open (an agent with keepAlive), or find out why the names are answered so slowly',
		},
	};
}

export const lookupRules: readonly Rule[] = [notFound, failing, slow, queue];
