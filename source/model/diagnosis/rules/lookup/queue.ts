/** More lookups than libuv's thread pool runs at a time. */

import type {Evidence, Finding, ProcessRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {ProcessRow} from '../../../../domain/row.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {
	lookupNameOf,
	observedWaitMs,
	type PendingLookups,
	pendingLookupsByProcess,
	type ThreadPool,
	threadPoolOf,
	wholeSeconds,
} from '../../evidence/lookups.ts';
import {isPoolTakenByFiles, poolLoadBetween} from '../../evidence/thread-pool.ts';
import {evidenceItem} from '../../evidence/wording.ts';

/** A program's start often queues many lookups, which are answered at once. */
const queueWaitMs = 1000;

export const lookupQueue: ProcessRule = {
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
		const load = poolLoadBetween(process, facts, pending.oldest.stageSince, now);
		// Where file operations have all threads, lookup-slow says so.
		if (isPoolTakenByFiles(process, load)) return null;
		const count = load?.lookups ?? pending.count;
		if (count <= pool.slots || now - pending.oldest.stageSince < queueWaitMs) return null;
		const waitedMs = observedWaitMs(pending.oldest.stageSince, process);
		if (waitedMs < queueWaitMs) return null;
		return lookupQueueFinding(process, {...pending, total: count}, pool, waitedMs);
	},
};

function lookupQueueFinding(
	process: ProcessRow,
	{count, oldest, total}: PendingLookups & {total: number},
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
				`${total} lookups are under way; of those of connections, the oldest (${lookupNameOf(oldest)}) for ${formatMs(waitedMs)}`,
				at,
			),
			...otherCallersEvidence(total - count, at),
			evidenceItem('process', size, at),
		],
		next: {
			advice:
				'start the program with a larger UV_THREADPOOL_SIZE, keep its connections open (an agent with keepAlive), or find out why the names are answered so slowly',
		},
	};
}

/** Lookups that belong to no connection. */
const otherCallersEvidence = (count: number, at: number): Evidence[] =>
	count <= 0
		? []
		: [
				evidenceItem(
					'process',
					`${count} of them are of no connection: dns.lookup(), or send() of a UDP socket to a name, which looks it up for each datagram`,
					at,
				),
			];
