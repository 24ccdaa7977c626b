/** Turns frames into inputs of the model: who sent them, under which number, at which time. */

import {plainAddress} from '../domain/address.ts';
import type {ModelInput, Origin, SocketRecord} from '../domain/events.ts';
import {describeProgram, type Program} from '../domain/program-name.ts';
import {maskArgv} from '../shared/redact.ts';
import {clean} from '../text/sanitize.ts';
import type {Frame} from '../wire/decode.ts';
import type {WireRecord} from '../wire/records.ts';
import type {Clock} from './clock.ts';
import {expandBrief, type PlainRecord} from './short-connection.ts';

/** The command's own number; processes below it get the following ones. */
export const commandProc = 1;

/** Threads that are remembered at most; the oldest go first, of those that have ended if there are any. */
const sendersKept = 4096;

type Hello = Extract<WireRecord, {type: 'hello'}>;
type Sender = {
	origin: Origin;
	nonce: number;
	ended: boolean;
	sequence: number;
	/** By how many ms its clock is ahead of ours. */
	shift: number;
	/** What the kernel knows a worker's thread by. */
	tid: number | null;
	/** The last look did not find its thread: what it wrote may not have been read yet. */
	missed: boolean;
	/** That records of it were dropped has been said. */
	dropTold: boolean;
};

export type Senders = {
	/** Applies one frame. */
	take(frame: Frame): void;
	/** The number of a living process; a new one where it has none yet. */
	number(pid: number): number;
	/** Whether a hook has said hello from this process. */
	knows(pid: number): boolean;
	/** Whether any hook has said hello. */
	readonly any: boolean;
	/** Frames that a hook wrote and that did not arrive whole. */
	readonly lostFrames: number;
	/** Says that processes and threads which have gone without a word are lost; of a thread, at the second look. */
	checkGone(isGone: (pid: number, tid: number | null) => boolean): void;
	/** The command ended, as its parent saw it: this also tells the signal. */
	commandEnded(exitCode: number | null, signal: string | null): void;
};

export function createSenders(clock: Clock, commandPid: number, apply: (input: ModelInput) => void): Senders {
	const senders = new Map<string, Sender>();
	/** The number that a living pid has. */
	const procs = new Map<number, number>([[commandPid, commandProc]]);
	/** What the main thread of a process runs. */
	const programs = new Map<number, Program>();
	let lastProc = commandProc;
	let any = false;
	let lostFrames = 0;

	function number(pid: number): number {
		const known = procs.get(pid);
		if (known !== undefined) return known;
		const proc = ++lastProc;
		procs.set(pid, proc);
		return proc;
	}

	function senderOf({sender: {pid, thread, nonce}}: Frame): Sender {
		const key = `${pid}.${thread}`;
		const known = senders.get(key);
		if (known?.nonce === nonce) return known;
		// Another life of this pid (a main thread says hello once in its life), or of this thread number.
		if (known !== undefined && thread === 0 && procs.get(pid) === known.origin.proc) {
			if (!known.ended) gone(known);
			procs.delete(pid);
			programs.delete(known.origin.proc);
		}

		const sender: Sender = {
			origin: {proc: number(pid), pid, thread},
			nonce,
			ended: false,
			sequence: 0,
			shift: clock.shiftOf(pid),
			tid: null,
			missed: false,
			dropTold: false,
		};
		senders.set(key, sender);
		forgetOldest();
		return sender;
	}

	function forgetOldest(): void {
		if (senders.size <= sendersKept) return;
		let oldest: string | null = null;
		for (const [key, {ended}] of senders) {
			oldest ??= key;
			if (!ended) continue;
			oldest = key;
			break;
		}

		if (oldest !== null) senders.delete(oldest);
	}

	function gone(sender: Sender): void {
		sender.ended = true;
		const end = {at: clock.now(), exitCode: null, signal: null};
		apply({type: 'process', event: 'lost', ...sender.origin, ...end});
	}

	/** Its threads go with a process, and are not told one by one. */
	function endAll(proc: number): void {
		for (const sender of senders.values()) if (sender.origin.proc === proc) sender.ended = true;
	}

	/** Once a thread: how many they are in the end, its row and the summary tell. */
	function tellDropped(sender: Sender, at: number, dropped: number): void {
		if (sender.dropTold) return;
		sender.dropTold = true;
		const {proc, pid} = sender.origin;
		const {program = '?'} = programs.get(proc) ?? {};
		apply({
			type: 'notice',
			at,
			level: 'warn',
			source: 'hooks',
			message:
				`${dropped} records of pid ${pid} (${clean(program)}) were dropped: netwatch did not keep up; ` +
				'which sockets live is known again, steps of theirs are missing',
		});
	}

	/** A worker runs in its main thread's program, whatever its file. */
	function nameOf({proc, thread}: Origin, {argv, execArgv, title}: Hello): Program {
		const main = programs.get(proc);
		if (thread !== 0 && main !== undefined)
			return {program: `${main.program}#${thread}`, wrapper: main.wrapper};
		const named = describeProgram(argv, execArgv, title);
		if (thread === 0) programs.set(proc, named);
		return named;
	}

	function takeRecord(sender: Sender, record: PlainRecord): void {
		const {origin} = sender;
		// Whatever a stranger says: nothing has happened yet that is still to come.
		const at = Math.min(clock.toEpoch(record.at - sender.shift), clock.now());
		switch (record.type) {
			case 'hello': {
				any = true;
				const {program, wrapper} = nameOf(origin, record);
				apply({
					type: 'process',
					event: 'start',
					...origin,
					at,
					ppid: record.ppid,
					netns: record.netns !== null && /^\d+$/.test(record.netns) ? record.netns : null,
					node: clean(record.node),
					title: clean(record.title),
					argv: maskArgv(record.argv).map(clean),
					program: clean(program),
					wrapper,
				});
				break;
			}

			case 'thread':
				sender.tid = record.tid;
				break;
			case 'exit':
				sender.ended = true;
				if (origin.thread === 0) endAll(origin.proc);
				apply({type: 'process', event: 'exit', ...origin, at, exitCode: record.exitCode, signal: null});
				break;
			case 'load': {
				const {type, ...told} = record;
				if (told.dropped > 0) tellDropped(sender, at, told.dropped);
				const process = {cpu: null, cpuWait: null, rss: null, fds: null, fdLimit: null};
				apply({type, ...origin, at, load: {...told, ...process, at}});
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
					message: clean(record.message),
				});
				break;
			case 'resyncBegin':
			case 'resyncEnd':
				apply({type: 'resync', ...origin, at, event: record.type === 'resyncBegin' ? 'begin' : 'end'});
				break;
			default:
				apply({type: 'hook', ...origin, at, record: cleaned(record)});
		}
	}

	return {
		take(frame) {
			const sender = senderOf(frame);
			if (frame.sequence > sender.sequence) lostFrames += frame.sequence - sender.sequence;
			sender.sequence = frame.sequence + 1;
			for (const record of frame.records) {
				if (record.type === 'brief') for (const part of expandBrief(record)) takeRecord(sender, part);
				else takeRecord(sender, record);
			}
		},
		number,
		knows(pid) {
			const main = senders.get(`${pid}.0`);
			return main !== undefined && procs.get(pid) === main.origin.proc;
		},
		get any() {
			return any;
		},
		get lostFrames() {
			return lostFrames;
		},
		checkGone(isGone) {
			for (const [pid, proc] of procs) {
				if (pid === commandPid || !isGone(pid, null)) continue;
				procs.delete(pid);
				programs.delete(proc);
				const main = senders.get(`${pid}.0`);
				if (main?.origin.proc === proc && !main.ended) gone(main);
				endAll(proc);
			}

			for (const sender of senders.values()) {
				const {origin, tid, ended, missed} = sender;
				if (ended || tid === null || !isGone(origin.pid, tid)) continue;
				sender.missed = true;
				if (missed) gone(sender);
			}
		},
		commandEnded(exitCode, signal) {
			// Its hook has told of the end before the listeners of 'exit' ran; the parent knows how it came out.
			endAll(procs.get(commandPid) ?? commandProc);
			// It may have replaced itself (execve) by a program with a hook of its own.
			const origin = {proc: procs.get(commandPid) ?? commandProc, pid: commandPid, thread: 0};
			apply({type: 'process', event: 'exit', ...origin, at: clock.now(), exitCode, signal});
		},
	};
}

/** Text from outside is made harmless where it comes in: no control sequence travels further. */
function cleaned(record: SocketRecord): SocketRecord {
	const values: Record<string, unknown> = {...record};
	for (const [name, value] of Object.entries(values)) {
		if (typeof value === 'string' && name !== 'type') values[name] = clean(value);
		else if (Array.isArray(value)) values[name] = value.map(entry => clean(String(entry)));
		else if (typeof value === 'object' && value !== null) values[name] = cleanedAddress(value);
	}

	// Only texts were replaced, by texts.
	return values as SocketRecord;
}

/** IPv4 in IPv6 is IPv4 on the wire, in the kernel's table and in the routes: one form everywhere. */
function cleanedAddress(address: object): object {
	if ('path' in address) return {path: clean(String(address.path))};
	if (!('address' in address)) return address;
	const plain = clean(plainAddress(String(address.address)));
	return {...address, address: plain, family: plain.includes(':') ? 6 : 4};
}
