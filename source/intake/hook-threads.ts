/** Turns frames into inputs of the model: the sending thread, its process number, the time. */

import type {ModelInput} from '../domain/events.ts';
import {redactArgv} from '../shared/redact.ts';
import {sanitize} from '../text/sanitize.ts';
import type {Frame} from '../wire/decode.ts';
import type {Clock} from './clock.ts';
import {createHookThread, type HookThread, senderKey} from './hook-thread.ts';
import {createPidNamespaces} from './pid-namespace.ts';
import {createPrograms} from './programs.ts';
import {sanitizeRecord} from './sanitize-record.ts';
import {expandShortConnection, type ShortConnection, type SingleRecord} from './short-connection.ts';

/** The command's process number; processes below it get the following ones. */
export const commandProc = 1;

/** Largest number of remembered threads; ended ones are dropped first, then the oldest. */
const maxThreads = 4096;

export type HookThreads = {
	/** Applies one frame. */
	applyFrame(frame: Frame): void;
	/** @returns the number of a living process; a new one if it has none yet */
	processNumber(pid: number): number;
	/** True if a hook in this process has sent its hello. */
	hasHook(pid: number): boolean;
	/** True if the hook of each thread of this process has sent a frame since then. */
	allHeardSince(pid: number, at: number): boolean;
	/** True if any hook has sent its hello. */
	readonly hasHello: boolean;
	/** Frames that a hook wrote and that did not arrive complete. */
	readonly lostFrames: number;
	/**
	 * Marks processes and threads that ended without a last record as lost; a thread only at the second poll
	 * that misses it.
	 */
	expireGone(isGone: (pid: number, tid: number | null) => boolean): void;
	/** Applies the command's end as its parent process saw it: only the parent knows the signal. */
	commandEnded(exitCode: number | null, signal: string | null): void;
};

export function createHookThreads(
	clock: Clock,
	target: {readonly pid: number},
	apply: (input: ModelInput) => void,
	pidNamespaces = createPidNamespaces(),
): HookThreads {
	/** By `senderKey`. */
	const threads = new Map<string, HookThread>();
	/** The newest main thread of each pid. */
	const mainThreads = new Map<number, HookThread>();
	/** Process number by living pid. */
	const procByPid = new Map<number, number>([[target.pid, commandProc]]);
	const programs = createPrograms();
	let lastProc = commandProc;
	let hasHello = false;
	let lostFrames = 0;

	function processNumber(pid: number): number {
		const known = procByPid.get(pid);
		if (known !== undefined) return known;
		const proc = ++lastProc;
		procByPid.set(pid, proc);
		return proc;
	}

	function threadOf({sender, records}: Frame): HookThread {
		const key = senderKey(sender);
		const known = threads.get(key);
		if (known !== undefined) return known;
		const {thread} = sender;
		const namespace = records.find(record => record.type === 'namespace');
		const outerPid = pidNamespaces.outerPid(sender.pid, namespace?.pidns ?? null);
		const pid = outerPid ?? unknownPid;
		const before = mainThreads.get(pid);
		// The pid was reused: a main thread sends hello once.
		if (before !== undefined && thread === 0 && procByPid.get(pid) === before.origin.proc) {
			if (!before.ended) reportLost(before);
			endThreads(before.origin.proc);
			procByPid.delete(pid);
			programs.forget(before.origin.proc);
		}

		const hookThread = createHookThread(
			{proc: outerPid === null ? ++lastProc : processNumber(pid), pid, thread},
			{
				...{heardAt: clock.now(), clockShiftMs: clock.monotonicShiftOf(pid)},
				isForeign: outerPid !== sender.pid,
			},
		);
		threads.set(key, hookThread);
		if (thread === 0 && outerPid !== null) mainThreads.set(pid, hookThread);
		evictOldest();
		return hookThread;
	}

	function evictOldest(): void {
		if (threads.size <= maxThreads) return;
		let oldest: string | null = null;
		for (const [key, {ended}] of threads) {
			oldest ??= key;
			if (!ended) continue;
			oldest = key;
			break;
		}

		const evicted = oldest === null ? undefined : threads.get(oldest);
		if (oldest === null || evicted === undefined) return;
		threads.delete(oldest);
		const {origin} = evicted;
		if (mainThreads.get(origin.pid) === evicted) mainThreads.delete(origin.pid);
	}

	function reportLost(hookThread: HookThread): void {
		hookThread.ended = true;
		const end = {at: clock.now(), exitCode: null, signal: null};
		apply({type: 'process', event: 'lost', ...hookThread.origin, ...end, isUnreported: true});
	}

	/** Threads end with their process, without a report of their own. */
	function endThreads(proc: number): void {
		for (const hookThread of threads.values()) if (hookThread.origin.proc === proc) hookThread.ended = true;
	}

	/** Once a thread: its row and the summary show the final count. */
	function reportDropped(hookThread: HookThread, at: number, dropped: number): void {
		if (hookThread.dropsReported) return;
		hookThread.dropsReported = true;
		const {proc, pid} = hookThread.origin;
		apply({
			type: 'notice',
			at,
			level: 'warn',
			source: 'hooks',
			message:
				`${dropped} records of pid ${pid} (${sanitize(programs.nameOf(proc))}) were dropped: netwatch did not keep up; ` +
				'which sockets live is known again, steps of theirs are missing',
		});
	}

	/** The sender is untrusted: no event lies in the future. */
	const timeOf = ({clockShiftMs}: HookThread, {at}: {at: number}, now: number): number =>
		Math.min(clock.toEpoch(at - clockShiftMs), now);

	function applyShortConnection(hookThread: HookThread, connection: ShortConnection): void {
		const now = clock.now();
		const records = expandShortConnection(sanitizeRecord(connection)).map(record => ({
			record,
			at: timeOf(hookThread, record, now),
		}));
		const at = records.at(-1)?.at ?? now;
		apply({type: 'short-connection', ...hookThread.origin, at, records});
	}

	function applyRecord(hookThread: HookThread, record: SingleRecord): void {
		const {origin} = hookThread;
		const at = timeOf(hookThread, record, clock.now());
		switch (record.type) {
			case 'namespace':
				break;
			case 'hello': {
				hasHello = true;
				const {program, wrapper} = programs.startedBy(origin, record);
				const ppid = hookThread.isForeign ? pidNamespaces.parentOf(origin.pid) : record.ppid;
				apply({
					type: 'process',
					event: 'start',
					...origin,
					at,
					ppid,
					netns: record.netns !== null && /^\d+$/.test(record.netns) ? record.netns : null,
					node: sanitize(record.node),
					title: sanitize(record.title),
					argv: redactArgv(record.argv).map(sanitize),
					program: sanitize(program),
					wrapper,
				});
				break;
			}

			case 'thread':
				hookThread.tid =
					record.tid === null || !hookThread.isForeign
						? record.tid
						: pidNamespaces.outerTid(origin.pid, record.tid);
				break;
			case 'exit':
				hookThread.ended = true;
				if (origin.thread === 0) endThreads(origin.proc);
				apply({type: 'process', event: 'exit', ...origin, at, exitCode: record.exitCode, signal: null});
				break;
			case 'load': {
				const {type, ...hookLoad} = record;
				if (hookLoad.dropped > 0) reportDropped(hookThread, at, hookLoad.dropped);
				const unknownProcessLoad = {cpu: null, cpuWait: null, rss: null, fds: null, fdLimit: null};
				apply({type, ...origin, at, load: {...hookLoad, ...unknownProcessLoad, at}});
				break;
			}

			case 'blocked':
				apply({type: 'blocked', ...origin, at, ms: Math.max(0, record.ms)});
				break;
			case 'pool':
				apply({type: 'pool', ...origin, at, lookups: record.lookups, files: record.files});
				break;
			case 'notice':
				apply({
					type: 'notice',
					at,
					level: record.level === 'error' ? 'error' : 'warn',
					source: `hook in pid ${origin.pid}`,
					message: sanitize(record.message),
				});
				break;
			case 'resyncBegin':
			case 'resyncEnd':
				apply({type: 'resync', ...origin, at, event: record.type === 'resyncBegin' ? 'begin' : 'end'});
				break;
			default:
				apply({type: 'hook', ...origin, at, record: sanitizeRecord(record)});
		}
	}

	return {
		applyFrame(frame) {
			const hookThread = threadOf(frame);
			if (frame.sequence > hookThread.sequence) lostFrames += frame.sequence - hookThread.sequence;
			hookThread.sequence = frame.sequence + 1;
			hookThread.heardAt = clock.now();
			for (const record of frame.records) {
				if (record.type === 'shortConnection') applyShortConnection(hookThread, record);
				else applyRecord(hookThread, record);
			}
		},
		processNumber,
		hasHook(pid) {
			const main = mainThreads.get(pid);
			return main !== undefined && procByPid.get(pid) === main.origin.proc;
		},
		allHeardSince(pid, at) {
			for (const {origin, ended, heardAt} of threads.values())
				if (origin.pid === pid && !ended && heardAt < at) return false;
			return true;
		},
		get hasHello() {
			return hasHello;
		},
		get lostFrames() {
			return lostFrames;
		},
		expireGone(isGone) {
			for (const [pid, proc] of procByPid) {
				if (pid === target.pid || !isGone(pid, null)) continue;
				procByPid.delete(pid);
				programs.forget(proc);
				const main = mainThreads.get(pid);
				mainThreads.delete(pid);
				if (main?.origin.proc === proc && !main.ended) reportLost(main);
				endThreads(proc);
			}

			for (const hookThread of threads.values()) {
				const {origin, tid, wasMissing, heardAt} = hookThread;
				if (!hookThread.ended && origin.pid === unknownPid && clock.now() - heardAt > unknownPidTimeoutMs)
					reportLost(hookThread);
				if (hookThread.ended || tid === null || !isGone(origin.pid, tid)) continue;
				hookThread.wasMissing = true;
				if (wasMissing) reportLost(hookThread);
			}
		},
		commandEnded(exitCode, signal) {
			const unreported = mainThreads.get(target.pid)?.ended === false ? {isUnreported: true as const} : {};
			// The hook reports the end before 'exit' listeners run; the parent process knows the outcome.
			endThreads(procByPid.get(target.pid) ?? commandProc);
			// The command may have replaced itself (execve) by a program with a hook of its own.
			const origin = {proc: procByPid.get(target.pid) ?? commandProc, pid: target.pid, thread: 0};
			apply({type: 'process', event: 'exit', ...origin, at: clock.now(), exitCode, signal, ...unreported});
		},
	};
}

/** Of a process in another pid namespace that was not found in /proc: it has ended before. */
export const unknownPid = 0;
/** Without a pid, silence alone shows the end; a hook reports its load each second. */
const unknownPidTimeoutMs = 3000;
