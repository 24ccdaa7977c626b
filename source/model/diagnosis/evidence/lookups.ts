/** How long lookups took, and what they waited for, as far as the rows and the process's event loop tell. */

import type {Evidence, RowContext, RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import type {BlockedSpan, ProcessRow, Row, Step} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {evidenceItem} from './wording.ts';

/** Threads in libuv's pool unless UV_THREADPOOL_SIZE says another number. */
const defaultPoolThreads = 4;
/** Longest name that is told: a DNS name has no more (RFC 1035 §2.3.4). */
const maxNameLength = 255;

/** What a lookup was asked for, for people. */
export const lookupNameOf = ({host, error}: Pick<Row, 'host' | 'error'>): string => {
	// A listener has no host of its own, and a datagram socket neither.
	const name = host ?? /^(?:getaddrinfo|query\w*) E\w+ (\S+)$/.exec(error?.message ?? '')?.[1];
	return name === undefined || name === '' ? 'a name' : sanitize(name.slice(0, maxNameLength));
};

/** The row's newest lookup, as its steps tell; null where they do not, or no longer. */
export const newestLookup = ({steps}: Pick<Row, 'steps'>): {start: Step; end: Step | null} | null => {
	const start = steps.findLast(({step}) => step === 'lookup-start');
	if (start === undefined) return null;
	return {start, end: steps.findLast(({step, at}) => step === 'lookup' && at >= start.at) ?? null};
};

/** How long of the time from one moment to another the event loop did run, in ms. */
export const loopRunMs = (from: number, to: number, blocked: readonly BlockedSpan[]): number => {
	const blockedMs = blocked.map(span => Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)));
	return Math.max(0, to - from - blockedMs.reduce((sum, ms) => sum + ms, 0));
};

/**
 * How long a lookup that is under way has taken, in ms: up to the last word of the process, since an answer that lies
 * behind a blocked event loop is no slow one.
 */
export const observedWaitMs = (since: number, process: ProcessRow | null): number =>
	process === null || process.loopSeenAt === null ? 0 : loopRunMs(since, process.loopSeenAt, process.blocked);

/** Which servers the process asks; none where that is not known. */
export const resolverEvidence = (process: ProcessRow | null, at: number): Evidence[] => {
	const servers = process?.resolver?.nameservers;
	if (servers === undefined) return [];
	const serversText =
		servers.length === 0 ? 'names no server (127.0.0.1 is asked)' : `names ${servers.join(', ')}`;
	return [evidenceItem('process', `resolv.conf of pid ${process?.pid} ${serversText}`, at)];
};

/** The servers of a process for a sentence: " by 10.0.0.2, 10.0.0.3"; '' where they are not known. */
export const nameserversText = ({process}: Pick<RowContext, 'process'>): string => {
	const servers = process?.resolver?.nameservers ?? [];
	return servers.length === 0 ? '' : ` (resolv.conf names ${servers.join(', ')})`;
};

/** The threads that look names up. */
export type ThreadPool = {
	threads: number;
	/** So many of them do slow work at a time: half, rounded up (libuv's src/threadpool.c). */
	slots: number;
	/** The process was started with this number; else it is Node's own. */
	isConfigured: boolean;
};

export const threadPoolOf = ({resolver}: Pick<ProcessRow, 'resolver'>): ThreadPool => {
	const configured = resolver?.threads ?? null;
	const threads = configured ?? defaultPoolThreads;
	return {threads, slots: Math.floor((threads + 1) / 2), isConfigured: configured !== null};
};

/** The lookups that are under way in one process, of all its threads. */
export type PendingLookups = {count: number; oldest: Row};

/** By the process's number in this session. */
export const pendingLookupsByProcess = ({rows}: RuleFacts): ReadonlyMap<number, PendingLookups> => {
	const byProcess = new Map<number, PendingLookups>();
	for (const row of rows.values()) {
		if (row.stage !== 'lookup' || row.proc === null) continue;
		const known = byProcess.get(row.proc);
		if (known === undefined) {
			byProcess.set(row.proc, {count: 1, oldest: row});
		} else {
			known.count++;
			if (row.stageSince < known.oldest.stageSince) known.oldest = row;
		}
	}

	return byProcess;
};

/** Shorter ones keep nobody waiting, in ms. */
const longLookupMs = 100;
/** Of a process, the newest. */
const longLookupLimit = 500;

/** When lookups began and ended that took some time, or are under way, by the process's number in this session. */
export const longLookupsByProcess = ({
	rows,
}: RuleFacts): ReadonlyMap<number, readonly {from: number; to: number}[]> => {
	const byProcess = new Map<number, Array<{from: number; to: number}>>();
	for (const row of rows.values()) {
		if (row.proc === null || (row.stage !== 'lookup' && (row.stageMs?.lookup ?? 0) < longLookupMs)) continue;
		const lookup = newestLookup(row);
		if (lookup === null) continue;
		const known = byProcess.get(row.proc) ?? [];
		byProcess.set(row.proc, known);
		known.push({from: lookup.start.at, to: lookup.end?.at ?? row.closedAt ?? Number.POSITIVE_INFINITY});
		if (known.length > longLookupLimit) known.shift();
	}

	return byProcess;
};

/** How many had begun before a moment and went on after it. */
export const lookupsPendingAt = (
	lookups: readonly {from: number; to: number}[] | undefined,
	at: number,
): number => (lookups ?? []).filter(({from, to}) => from < at && to > at).length;
