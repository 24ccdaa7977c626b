/** What libuv's thread pool had to do during a lookup, from the samples of the process's threads. */

import type {Evidence, NextStep, RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import type {ProcessRow} from '../../../domain/row.ts';
import {threadPoolOf} from './lookups.ts';
import {evidenceItem} from './wording.ts';

export type PoolLoad = {
	at: number;
	/** getaddrinfo() and getnameinfo() under way, also those of dns.lookup() and of UDP sockets that send to a name. */
	lookups: number;
	/** File operations that did not end between two samples. */
	files: number;
	/** Threads of the process that were computing: crypto and zlib do so in the pool, V8 and workers beside it. */
	computing: number;
};

/** @returns the newest load between two moments, over all threads of the process; null where none was reported */
export function poolLoadBetween(
	process: ProcessRow | null,
	{processes}: Pick<RuleFacts, 'processes'>,
	from: number,
	to: number,
): PoolLoad | null {
	if (process === null) return null;
	const samples = processes
		.filter(({proc}) => proc === process.proc)
		.flatMap(({pool = []}) => pool.findLast(({at}) => at >= from && at <= to) ?? []);
	if (samples.length === 0) return null;
	return {
		at: Math.max(...samples.map(({at}) => at)),
		lookups: samples.reduce((sum, {lookups}) => sum + lookups, 0),
		files: samples.reduce((sum, {files}) => sum + files, 0),
		computing: Math.max(...samples.map(({computing}) => computing ?? 0)),
	};
}

/** Whether file operations have every thread of the pool, so that no lookup can begin. */
export const isPoolTakenByFiles = (process: ProcessRow, load: PoolLoad | null): boolean =>
	load !== null && load.files >= threadPoolOf(process).threads;

/** Whether computing threads may have the whole pool, together with file operations. */
export const mayBeTaken = (process: ProcessRow, load: PoolLoad | null): boolean =>
	load !== null && load.files + load.computing >= threadPoolOf(process).threads;

/** The load as evidence: file operations and computing threads, where there were any. */
export const poolEvidence = (process: ProcessRow, load: PoolLoad): Evidence[] => [
	...(load.files === 0
		? []
		: [
				evidenceItem(
					'process',
					`${load.files} file operations are under way without an end, and the pool has ${threadPoolOf(process).threads} threads`,
					load.at,
				),
			]),
	...(load.computing === 0
		? []
		: [
				evidenceItem(
					'load',
					`${load.computing} of its threads beside the main one were computing: crypto and zlib take threads of the same pool`,
					load.at,
				),
			]),
];

/** Lists the threads of the process with what each waits for in the kernel. */
export const threadsNextStep = ({pid}: Pick<ProcessRow, 'pid'>): NextStep => ({
	argv: ['ps', '-L', '-o', 'tid,stat,time,wchan:32,comm', '-p', String(pid)],
});
