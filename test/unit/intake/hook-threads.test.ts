import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ModelInput} from '../../../source/domain/events.ts';
import {createHookThreads, type HookThreads} from '../../../source/intake/hook-threads.ts';
import type {Frame} from '../../../source/wire/decode.ts';
import type {WireRecord} from '../../../source/wire/records.ts';
import {anyRecord} from '../../helpers/wire/arbitrary-records.ts';

/** The clock's epoch, and its time: monotonic milliseconds count from the former. */
const epoch = 1_763_800_000_000;
const nowMs = 60_000;
const commandPid = 100;

type Intake = {
	hookThreads: HookThreads;
	inputs: ModelInput[];
	wait(ms: number): void;
	/** A frame from this thread; its sequence number follows the last one's. */
	take(pid: number, records: readonly WireRecord[], from?: {thread?: number; nonce?: number}): void;
};

/** Of pid namespace 7, process 1 is 300, and its thread 12 is 312. */
const pidNamespaces = {
	outerPid: (pid: number, pidns: string | null) =>
		pidns === null ? pid : pidns === '7' && pid === 1 ? 300 : null,
	parentOf: (pid: number) => (pid === 300 ? 299 : null),
	outerTid: (pid: number, tid: number) => (pid === 300 ? tid + 300 : null),
};

const createIntake = (): Intake => {
	const inputs: ModelInput[] = [];
	let waitedMs = 0;
	const clock = {
		now: () => epoch + nowMs + waitedMs,
		toEpoch: (ms: number) => epoch + ms,
		monotonicShiftOf: () => 0,
	};
	const hookThreads = createHookThreads(clock, {pid: commandPid}, input => inputs.push(input), pidNamespaces);
	const sequences = new Map<string, number>();
	return {
		hookThreads,
		inputs,
		wait(ms) {
			waitedMs += ms;
		},
		take(pid, records, {thread = 0, nonce = 1} = {}) {
			const key = `${pid}.${thread}.${nonce}`;
			const sequence = sequences.get(key) ?? 0;
			sequences.set(key, sequence + 1);
			const frame: Frame = {sender: {pid, thread, nonce}, sequence, records: [...records]};
			hookThreads.applyFrame(frame);
		},
	};
};

const hello = {
	type: 'hello',
	at: 10,
	node: 'v20.20.0',
	ppid: 1,
	netns: '4026531840',
	title: 'node',
	argv: ['/usr/bin/node', '/app/server.js'],
	execArgv: [],
} as const;
const create = {type: 'create', id: 1, at: 20, kind: 'tcp', role: 'client'} as const;

/** The subjects of the inputs, as "event proc.thread". */
const threadEvents = (inputs: readonly ModelInput[]): string[] =>
	inputs.flatMap(input =>
		'proc' in input && 'event' in input ? [`${input.event} ${input.proc}.${input.thread}`] : [],
	);

describe('a frame from outside', () => {
	const unsafe = /[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
	const textsIn = (value: unknown): string[] => {
		if (typeof value === 'string') return [value];
		return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
	};

	it('has its control characters removed, whatever the record', () => {
		fc.assert(
			fc.property(fc.array(anyRecord, {maxLength: 30}), records => {
				const {take, inputs} = createIntake();
				take(200, records);
				for (const text of inputs.flatMap(textsIn)) expect(text).not.toMatch(unsafe);
			}),
		);
	});

	it('has a namespace only where its text is that of one', () => {
		const {take, inputs} = createIntake();
		take(200, [{...hello, netns: '4026531840; rm'}]);
		take(201, [{...hello, netns: '4026531840'}]);
		expect(inputs).toMatchObject([{netns: null}, {netns: '4026531840'}]);
	});

	it('has a time in the past, whatever it reports', () => {
		const {take, inputs} = createIntake();
		take(200, [
			{...create, at: nowMs + 1},
			{...create, at: 1e300},
			{...create, at: 20.5},
		]);
		expect(inputs.map(({at}) => at - epoch)).toEqual([nowMs, nowMs, 20.5]);
	});

	it('reports a blocked event loop with a duration of zero or more', () => {
		const {take, inputs} = createIntake();
		take(200, [
			{type: 'blocked', at: 500, ms: 300},
			{type: 'blocked', at: 600, ms: -5},
		]);
		expect(inputs).toMatchObject([
			{type: 'blocked', proc: 2, thread: 0, at: epoch + 500, ms: 300},
			{type: 'blocked', at: epoch + 600, ms: 0},
		]);
	});

	it('reports mapped IPv4 addresses as the IPv4 on the wire', () => {
		const {take, inputs} = createIntake();
		const local = {address: '::ffff:10.0.0.5', port: 80, family: 6} as const;
		const peer = {address: 'FE80::1%eth0', port: 1, family: 6} as const;
		take(200, [{type: 'connect', id: 1, at: 20, local, peer, inode: 1}]);
		expect(inputs).toMatchObject([
			{
				record: {
					local: {address: '10.0.0.5', port: 80, family: 4},
					peer: {address: 'fe80::1', port: 1, family: 6},
				},
			},
		]);
	});
});

describe('the number of a process', () => {
	it('is 1 for the command, and the next one else; its threads share it', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(200, [hello]);
		take(commandPid, [hello]);
		take(200, [hello], {thread: 1});
		expect(threadEvents(inputs)).toEqual(['start 2.0', 'start 1.0', 'start 2.1']);
		expect(hookThreads.processNumber(300)).toBe(3);
		expect(hookThreads.processNumber(300)).toBe(3);
		expect(hookThreads.hasHook(200)).toBe(true);
		expect(hookThreads.hasHook(300)).toBe(false);
	});

	it('is not given to another process with the same pid', () => {
		const {take, inputs} = createIntake();
		take(200, [hello]);
		take(200, [hello], {nonce: 2});
		take(200, [create], {nonce: 2});
		expect(threadEvents(inputs)).toEqual(['start 2.0', 'lost 2.0', 'start 3.0']);
		expect(inputs.at(-1)).toMatchObject({proc: 3, type: 'hook'});
	});

	it('is not given to a process with the same pid, where the first had no hook', () => {
		const {hookThreads} = createIntake();
		const {hookThreads: other} = createIntake();
		expect(hookThreads.processNumber(300)).toBe(2);
		hookThreads.expireGone(pid => pid === 300);
		expect(hookThreads.processNumber(300)).toBe(3);
		other.processNumber(300);
		other.expireGone(() => false);
		expect(other.processNumber(300)).toBe(2);
	});
});

describe('a process in another pid namespace', () => {
	const namespace = (pidns: string) => ({type: 'namespace', at: 9, pidns}) as const;
	const origins = (inputs: readonly ModelInput[]) =>
		inputs.flatMap(input =>
			input.type === 'process' && input.event === 'start' ? [`${input.proc} ${input.pid} ${input.ppid}`] : [],
		);

	it('has its pid and its parent of outside, its threads too', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(1, [namespace('7'), {...hello, ppid: 0}]);
		take(1, [namespace('7'), {...hello, ppid: 0}, {type: 'thread', at: 11, tid: 12}], {thread: 1, nonce: 2});
		take(1, [create]);
		expect(origins(inputs)).toEqual(['2 300 299', '2 300 299']);
		expect(inputs.at(-1)).toMatchObject({type: 'hook', proc: 2, pid: 300});
		expect([hookThreads.hasHook(1), hookThreads.hasHook(300)]).toEqual([false, true]);
		const poll = () => hookThreads.expireGone((pid, tid) => pid === 300 && tid === 312);
		poll();
		poll();
		expect(threadEvents(inputs).at(-1)).toBe('lost 2.1');
	});

	it('is another one than the process with that pid in the own namespace, whose records come in between', () => {
		const {take, inputs} = createIntake();
		take(1, [namespace('7'), hello]);
		take(1, [hello], {nonce: 2});
		for (const nonce of [1, 2, 1, 2]) take(1, [create], {nonce});
		expect(origins(inputs)).toEqual(['2 300 299', '3 1 1']);
		expect(inputs.flatMap(input => (input.type === 'hook' ? input.proc : []))).toEqual([2, 3, 2, 3]);
		expect(threadEvents(inputs).filter(event => event.startsWith('lost'))).toEqual([]);
	});

	it('has no pid where /proc has it no more, and is lost once it is silent', () => {
		const {take, inputs, hookThreads, wait} = createIntake();
		take(1, [namespace('8'), hello]);
		take(1, [namespace('8'), hello], {nonce: 2});
		expect(origins(inputs)).toEqual(['2 0 null', '3 0 null']);
		hookThreads.expireGone(() => true);
		wait(4000);
		take(1, [create], {nonce: 2});
		hookThreads.expireGone(() => true);
		expect(threadEvents(inputs)).toEqual(['start 2.0', 'start 3.0', 'lost 2.0']);
	});
});

describe('the exit of a process', () => {
	const exit = {type: 'exit', at: 30, exitCode: 3} as const;

	it('without a record is a loss, reported once, and its pid is free', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(200, [hello]);
		take(200, [hello], {thread: 1});
		hookThreads.expireGone(pid => pid === 200);
		hookThreads.expireGone(pid => pid === 200);
		expect(threadEvents(inputs)).toEqual(['start 2.0', 'start 2.1', 'lost 2.0']);
		expect(hookThreads.hasHook(200)).toBe(false);
		take(200, [hello], {nonce: 2});
		expect(threadEvents(inputs).at(-1)).toBe('start 3.0');
	});

	it('with a record is no loss', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(200, [hello, exit]);
		hookThreads.expireGone(() => true);
		expect(threadEvents(inputs)).toEqual(['start 2.0', 'exit 2.0']);
		expect(inputs.at(-1)).not.toHaveProperty('isUnreported');
	});

	it('is reported for a worker thread when two polls do not find it', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(200, [hello]);
		take(200, [hello, {type: 'thread', at: 11, tid: 201}], {thread: 1});
		take(200, [hello, {type: 'thread', at: 11, tid: null}], {thread: 2});
		const poll = () => hookThreads.expireGone((_, tid) => tid === 201);
		poll();
		expect(threadEvents(inputs)).toEqual(['start 2.0', 'start 2.1', 'start 2.2']);
		poll();
		poll();
		expect(threadEvents(inputs).slice(3)).toEqual(['lost 2.1']);
	});

	it('ends its threads, whether the hook or the parent reported it', () => {
		const {take, inputs, hookThreads} = createIntake();
		const thread = {type: 'thread', at: 11, tid: 201} as const;
		take(200, [hello]);
		take(200, [hello, thread], {thread: 1});
		take(200, [exit]);
		take(commandPid, [hello]);
		take(commandPid, [hello, thread], {thread: 1});
		hookThreads.commandEnded(0, null);
		for (let polls = 0; polls < 3; polls++) hookThreads.expireGone(() => true);
		expect(threadEvents(inputs).filter(event => event.startsWith('lost'))).toEqual([]);
	});

	it('is reported by the launcher for the command, with the signal', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(commandPid, [hello]);
		hookThreads.expireGone(() => true);
		hookThreads.commandEnded(null, 'SIGKILL');
		expect(threadEvents(inputs)).toEqual(['start 1.0', 'exit 1.0']);
		expect(inputs.at(-1)).toHaveProperty('isUnreported');
		expect(inputs.at(-1)).toMatchObject({exitCode: null, signal: 'SIGKILL', at: epoch + nowMs});
	});

	it('is that of the program by which the command has replaced itself', () => {
		const {take, inputs, hookThreads} = createIntake();
		take(commandPid, [hello]);
		take(commandPid, [hello], {nonce: 2});
		hookThreads.commandEnded(0, null);
		expect(threadEvents(inputs)).toEqual(['start 1.0', 'lost 1.0', 'start 2.0', 'exit 2.0']);
	});
});

describe('lost input', () => {
	it('is counted in frames, for each thread', () => {
		const {hookThreads} = createIntake();
		const frame = (pid: number, sequence: number): void =>
			hookThreads.applyFrame({sender: {pid, thread: 0, nonce: 1}, sequence, records: []});
		for (const sequence of [0, 1, 4, 5]) frame(200, sequence);
		for (const sequence of [2, 3]) frame(201, sequence);
		expect(hookThreads.lostFrames).toBe(4);
	});
});

it('forged hook threads take bounded memory', () => {
	const {take, inputs, hookThreads} = createIntake();
	take(commandPid, [hello]);
	for (let pid = 1000; pid < 7000; pid++) take(pid, []);
	// The oldest were dropped: 4096 are left.
	expect([1000, 2900, 2904, 6999].map(hookThreads.hasHook)).toEqual([false, false, true, true]);
	expect(threadEvents(inputs)).toEqual(['start 1.0']);
});
