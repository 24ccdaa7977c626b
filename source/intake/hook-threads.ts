/** Turns frames into inputs of the model: who sent them, under which number, at which time. */

import {normalizeAddress} from '../domain/address.ts';
import type {ModelInput, Origin, SocketRecord} from '../domain/events.ts';
import {describeProgram, type Program} from '../domain/program-name.ts';
import {redactArgv} from '../shared/redact.ts';
import {sanitize} from '../text/sanitize.ts';
import type {Frame} from '../wire/decode.ts';
import type {WireRecord} from '../wire/records.ts';
import type {Clock} from './clock.ts';
import {expandShortConnection, type SingleRecord} from './short-connection.ts';

/** The command's own number; processes below it get the following ones. */
export const commandProc = 1;

/** Threads that are remembered at most; the oldest go first, of those that have ended if there are any. */
const maxThreads = 4096;

type Hello = Extract<WireRecord, {type: 'hello'}>;
type HookThread = {
	origin: Origin;
	nonce: number;
	ended: boolean;
	sequence: number;
	/** By how many ms its clock is ahead of ours. */
	clockShiftMs: number;
	/** What the kernel knows a worker's thread by. */
	tid: number | null;
	/** The last look did not find its thread: what it wrote may not have been read yet. */
	wasMissing: boolean;
	/** That records of it were dropped has been said. */
	dropsReported: boolean;
};

export type HookThreads = {
	/** Applies one frame. */
	applyFrame(frame: Frame): void;
	/** The number of a living process; a new one where it has none yet. */
	processNumber(pid: number): number;
	/** Whether a hook has said hello from this process. */
	hasHook(pid: number): boolean;
	/** Whether any hook has said hello. */
	readonly hasHello: boolean;
	/** Frames that a hook wrote and that did not arrive whole. */
	readonly lostFrames: number;
	/** Says that processes and threads which have gone without a word are lost; of a thread, at the second look. */
	expireGone(isGone: (pid: number, tid: number | null) => boolean): void;
	/** The command ended, as its parent saw it: this also tells the signal. */
	commandEnded(exitCode: number | null, signal: string | null): void;
};

export function createHookThreads(
	clock: Clock,
	commandPid: number,
	apply: (input: ModelInput) => void,
): HookThreads {
	const threads = new Map<string, HookThread>();
	/** The number that a living pid has. */
	const procByPid = new Map<number, number>([[commandPid, commandProc]]);
	/** What the main thread of a process runs. */
	const programs = new Map<number, Program>();
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

	function threadOf({sender: {pid, thread, nonce}}: Frame): HookThread {
		const key = `${pid}.${thread}`;
		const known = threads.get(key);
		if (known?.nonce === nonce) return known;
		// Another life of this pid (a main thread says hello once in its life), or of this thread number.
		if (known !== undefined && thread === 0 && procByPid.get(pid) === known.origin.proc) {
			if (!known.ended) reportLost(known);
			procByPid.delete(pid);
			programs.delete(known.origin.proc);
		}

		const hookThread: HookThread = {
			origin: {proc: processNumber(pid), pid, thread},
			nonce,
			ended: false,
			sequence: 0,
			clockShiftMs: clock.monotonicShiftOf(pid),
			tid: null,
			wasMissing: false,
			dropsReported: false,
		};
		threads.set(key, hookThread);
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

		if (oldest !== null) threads.delete(oldest);
	}

	function reportLost(hookThread: HookThread): void {
		hookThread.ended = true;
		const end = {at: clock.now(), exitCode: null, signal: null};
		apply({type: 'process', event: 'lost', ...hookThread.origin, ...end});
	}

	/** Its threads go with a process, and are not told one by one. */
	function endThreads(proc: number): void {
		for (const hookThread of threads.values()) if (hookThread.origin.proc === proc) hookThread.ended = true;
	}

	/** Once a thread: how many they are in the end, its row and the summary tell. */
	function reportDropped(hookThread: HookThread, at: number, dropped: number): void {
		if (hookThread.dropsReported) return;
		hookThread.dropsReported = true;
		const {proc, pid} = hookThread.origin;
		const {program = '?'} = programs.get(proc) ?? {};
		apply({
			type: 'notice',
			at,
			level: 'warn',
			source: 'hooks',
			message:
				`${dropped} records of pid ${pid} (${sanitize(program)}) were dropped: netwatch did not keep up; ` +
				'which sockets live is known again, steps of theirs are missing',
		});
	}

	/** A worker runs in its main thread's program, whatever its file. */
	function programOf({proc, thread}: Origin, {argv, execArgv, title}: Hello): Program {
		const main = programs.get(proc);
		if (thread !== 0 && main !== undefined)
			return {program: `${main.program}#${thread}`, wrapper: main.wrapper};
		const named = describeProgram(argv, execArgv, title);
		if (thread === 0) programs.set(proc, named);
		return named;
	}

	function applyRecord(hookThread: HookThread, record: SingleRecord): void {
		const {origin} = hookThread;
		// Whatever a stranger says: nothing has happened yet that is still to come.
		const at = Math.min(clock.toEpoch(record.at - hookThread.clockShiftMs), clock.now());
		switch (record.type) {
			case 'hello': {
				hasHello = true;
				const {program, wrapper} = programOf(origin, record);
				apply({
					type: 'process',
					event: 'start',
					...origin,
					at,
					ppid: record.ppid,
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
				hookThread.tid = record.tid;
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
			for (const record of frame.records) {
				if (record.type === 'brief')
					for (const part of expandShortConnection(record)) applyRecord(hookThread, part);
				else applyRecord(hookThread, record);
			}
		},
		processNumber,
		hasHook(pid) {
			const main = threads.get(`${pid}.0`);
			return main !== undefined && procByPid.get(pid) === main.origin.proc;
		},
		get hasHello() {
			return hasHello;
		},
		get lostFrames() {
			return lostFrames;
		},
		expireGone(isGone) {
			for (const [pid, proc] of procByPid) {
				if (pid === commandPid || !isGone(pid, null)) continue;
				procByPid.delete(pid);
				programs.delete(proc);
				const main = threads.get(`${pid}.0`);
				if (main?.origin.proc === proc && !main.ended) reportLost(main);
				endThreads(proc);
			}

			for (const hookThread of threads.values()) {
				const {origin, tid, ended, wasMissing} = hookThread;
				if (ended || tid === null || !isGone(origin.pid, tid)) continue;
				hookThread.wasMissing = true;
				if (wasMissing) reportLost(hookThread);
			}
		},
		commandEnded(exitCode, signal) {
			// Its hook has told of the end before the listeners of 'exit' ran; the parent knows how it came out.
			endThreads(procByPid.get(commandPid) ?? commandProc);
			// It may have replaced itself (execve) by a program with a hook of its own.
			const origin = {proc: procByPid.get(commandPid) ?? commandProc, pid: commandPid, thread: 0};
			apply({type: 'process', event: 'exit', ...origin, at: clock.now(), exitCode, signal});
		},
	};
}

/** Text from outside is made harmless where it comes in: no control sequence travels further. */
function sanitizeRecord(record: SocketRecord): SocketRecord {
	const values: Record<string, unknown> = {...record};
	for (const [name, value] of Object.entries(values)) {
		if (typeof value === 'string' && name !== 'type') values[name] = sanitize(value);
		else if (Array.isArray(value)) values[name] = value.map(entry => sanitize(String(entry)));
		else if (typeof value === 'object' && value !== null) values[name] = sanitizeAddress(value);
	}

	// Only texts were replaced, by texts.
	return values as SocketRecord;
}

/** IPv4 in IPv6 is IPv4 on the wire, in the kernel's table and in the routes: one form everywhere. */
function sanitizeAddress(address: object): object {
	if ('path' in address) return {path: sanitize(String(address.path))};
	if (!('address' in address)) return address;
	const normalized = sanitize(normalizeAddress(String(address.address)));
	return {...address, address: normalized, family: normalized.includes(':') ? 6 : 4};
}
