/** Durations of lookups and their waits, from the rows and the process's event loop. */

import type {Evidence, RowContext, RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import type {BlockedSpan, ProcessRow, Row, Step} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {evidenceItem} from './wording.ts';

/** Threads in libuv's pool without UV_THREADPOOL_SIZE. */
const defaultPoolThreads = 4;
/** The longest name shown: DNS allows no longer one (RFC 1035 §2.3.4). */
const maxNameLength = 255;

/** The name of a lookup, for display. */
export const lookupNameOf = ({host, error}: Pick<Row, 'host' | 'error'>): string => {
	// A listener or datagram socket has no host of its own.
	const name = host ?? /^(?:getaddrinfo|query\w*) E\w+ (\S+)$/.exec(error?.message ?? '')?.[1];
	return name === undefined || name === '' ? 'a name' : sanitize(name.slice(0, maxNameLength));
};

/** The row's newest lookup from its steps; null where they are missing or dropped. */
export const newestLookup = ({steps}: Pick<Row, 'steps'>): {start: Step; end: Step | null} | null => {
	const start = steps.findLast(({step}) => step === 'lookup-start');
	if (start === undefined) return null;
	return {start, end: steps.findLast(({step, at}) => step === 'lookup' && at >= start.at) ?? null};
};

/** Time between two moments in which the event loop ran, in ms. */
export const loopRunMs = (from: number, to: number, blocked: readonly BlockedSpan[]): number => {
	const blockedMs = blocked.map(span => Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)));
	return Math.max(0, to - from - blockedMs.reduce((sum, ms) => sum + ms, 0));
};

/**
 * How long a pending lookup has taken, in ms: up to the process's last report, since an answer behind a
 * blocked event loop is not slow.
 */
export const observedWaitMs = (since: number, process: ProcessRow | null): number =>
	process === null || process.loopSeenAt === null ? 0 : loopRunMs(since, process.loopSeenAt, process.blocked);

/**
 * Whether getaddrinfo() asks name servers for this name, as far as can be seen: not for localhost, a name in /etc/hosts,
 * or where nsswitch.conf leaves DNS out.
 */
const asksServers = (process: ProcessRow | null, name: string): boolean => {
	const {hosts = null, usesDns = true} = process?.resolver ?? {};
	const asked = name.toLowerCase();
	return usesDns && asked !== 'localhost' && !(hosts?.has(asked) ?? false);
};

/** The name servers that are asked for this name; none where unknown, and where none is asked. */
export const resolverEvidence = (process: ProcessRow | null, name: string, at: number): Evidence[] => {
	const servers = process?.resolver?.nameservers;
	if (servers === undefined || !asksServers(process, name)) return [];
	const serversText =
		servers.length === 0 ? 'names no server (127.0.0.1 is asked)' : `names ${servers.join(', ')}`;
	return [evidenceItem('process', `resolv.conf of pid ${process?.pid} ${serversText}`, at)];
};

/** The name servers as text: " by 10.0.0.2, 10.0.0.3"; '' where unknown. */
export const nameserversText = ({process, row}: Pick<RowContext, 'process' | 'row'>): string => {
	const servers = process?.resolver?.nameservers ?? [];
	return servers.length === 0 || !asksServers(process, lookupNameOf(row))
		? ''
		: ` (resolv.conf names ${servers.join(', ')})`;
};

/** Coarse steps, since each change of a message is reported again. */
export const wholeSeconds = (ms: number): string =>
	`${ms < 5000 ? Math.floor(ms / 1000) : Math.floor(ms / 5000) * 5} s`;

/** The threads that run lookups. */
export type ThreadPool = {
	threads: number;
	/** Threads for slow work at a time: half, rounded up (libuv's src/threadpool.c). */
	slots: number;
	/** Set by the process's environment; otherwise Node's default. */
	isConfigured: boolean;
};

export const threadPoolOf = ({resolver}: Pick<ProcessRow, 'resolver'>): ThreadPool => {
	const configured = resolver?.threads ?? null;
	const threads = configured ?? defaultPoolThreads;
	return {threads, slots: Math.floor((threads + 1) / 2), isConfigured: configured !== null};
};

/** The pending lookups of one process, over all its threads. */
export type PendingLookups = {count: number; oldest: Row};

/** By the process's number in this session. */
export const pendingLookupsByProcess = ({rows}: RuleFacts): ReadonlyMap<number, PendingLookups> => {
	const byProcess = new Map<number, PendingLookups>();
	for (const row of rows.values()) {
		if (row.stage !== 'lookup' || row.proc === null) continue;
		const pending = byProcess.get(row.proc);
		if (pending === undefined) {
			byProcess.set(row.proc, {count: 1, oldest: row});
		} else {
			pending.count++;
			if (row.stageSince < pending.oldest.stageSince) pending.oldest = row;
		}
	}

	return byProcess;
};

/** Shorter lookups cause no wait, in ms. */
const longLookupMs = 100;
/** Limit of the newest for each process. */
const longLookupLimit = 500;

/** Start and end of long or pending lookups, by the process's number in this session. */
export const longLookupsByProcess = ({
	rows,
}: RuleFacts): ReadonlyMap<number, readonly {from: number; to: number}[]> => {
	const byProcess = new Map<number, Array<{from: number; to: number}>>();
	for (const row of rows.values()) {
		if (row.proc === null || (row.stage !== 'lookup' && (row.stageMs?.lookup ?? 0) < longLookupMs)) continue;
		const lookup = newestLookup(row);
		if (lookup === null) continue;
		const lookups = byProcess.get(row.proc) ?? [];
		byProcess.set(row.proc, lookups);
		lookups.push({from: lookup.start.at, to: lookup.end?.at ?? row.closedAt ?? Number.POSITIVE_INFINITY});
		if (lookups.length > longLookupLimit) lookups.shift();
	}

	return byProcess;
};

/** Counts the lookups pending at a moment. */
export const lookupsPendingAt = (
	lookups: readonly {from: number; to: number}[] | undefined,
	at: number,
): number => (lookups ?? []).filter(({from, to}) => from < at && to > at).length;
