import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {PollResult, SnapshotSource} from '../../../../source/kernel/poll/snapshot-source.ts';
import {
	type FailoverOptions,
	type OpenSource,
	startSourceFailover,
} from '../../../../source/kernel/poll/source-failover.ts';
import {err, ok} from '../../../../source/shared/result.ts';

const cleanUps: (() => unknown)[] = [];
beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
	vi.useRealTimers();
});

/** Lets time pass until it is so, for ten seconds at most. */
const untilPolled = async (isSo: () => unknown): Promise<void> => {
	for (let ms = 0; !isSo() && ms < 10_000; ms += 5) await vi.advanceTimersByTimeAsync(5);
	expect(isSo()).toBeTruthy();
};

const fine: PollResult = {ok: true, busyMs: 0};
const failed = (reason: string): PollResult => ({ok: false, reason, permanent: false, missingTool: null});
const missing: PollResult = {ok: false, reason: 'ss not found', permanent: true, missingTool: 'ss'};

/** A source whose tables fail on demand, with a log of its calls. */
const openFake = (table: () => PollResult) => {
	const fake = {polls: 0, open: true};
	const source: SnapshotSource = {
		table: async () => {
			fake.polls++;
			return table();
		},
		...{listeners: null, info: null, timeWait: null},
		counters: async () => null,
	};
	const opened: OpenSource = {
		source,
		pid: () => 4711,
		close: async () => {
			fake.open = false;
		},
	};
	return {fake, opened};
};

const startFakes = (ss: () => PollResult, options: Partial<FailoverOptions> = {}) => {
	const fakes: Record<'ss' | 'proc', ReturnType<typeof openFake>['fake'][]> = {ss: [], proc: []};
	const said: string[] = [];
	const pids: (number | null)[] = [];
	const open = (name: 'ss' | 'proc', table: () => PollResult) => {
		const {fake, opened} = openFake(table);
		fakes[name].push(fake);
		return ok(opened);
	};
	const close = startSourceFailover({
		intervalMs: 5,
		openSs: () => open('ss', ss),
		openProc: async pid => {
			pids.push(pid);
			return open('proc', () => fine);
		},
		onCounters: () => {},
		onFailover: ({reason}) => said.push(`lost: ${reason}`),
		onUnavailable: reason => said.push(`end: ${reason}`),
		notify: (level, message) => said.push(`${level}: ${message}`),
		retryMs: 60_000,
		...options,
	});
	cleanUps.push(close);
	return {fakes, said, pids, close};
};

describe("the poll's source", () => {
	test('is ss, as long as it works', async () => {
		const {fakes, said} = startFakes(() => fine);
		await untilPolled(() => (fakes.ss[0]?.polls ?? 0) > 3);
		expect(fakes.proc).toEqual([]);
		expect(said).toEqual([]);
	});

	test('is /proc where ss is missing: reported once, for good, through a running process', async () => {
		const {fakes, said, pids} = startFakes(() => missing, {retryMs: 1});
		await untilPolled(() => (fakes.proc[0]?.polls ?? 0) > 3);
		expect(said).toEqual(['lost: ss not found']);
		expect(fakes).toMatchObject({ss: [{polls: 1, open: false}], proc: [{open: true}]});
		expect(pids).toEqual([4711]);
	});

	test('is /proc where the namespace cannot be entered', async () => {
		const {fakes, said, pids} = startFakes(() => fine, {openSs: () => err('only root can enter it')});
		await untilPolled(() => (fakes.proc[0]?.polls ?? 0) > 3);
		expect(said).toEqual(['lost: only root can enter it']);
		expect(pids).toEqual([null]);
	});

	test('is ss again after a failure', async () => {
		const answers = [fine, failed('a'), fine];
		const {fakes} = startFakes(() => answers.shift() ?? fine);
		await untilPolled(() => answers.length === 0 && (fakes.ss[0]?.polls ?? 0) > 3);
		expect(fakes.proc).toEqual([]);
	});

	test('is /proc when ss has worked and keeps failing', async () => {
		const answers = [fine, failed('a'), failed('b'), failed('c')];
		const {said} = startFakes(() => answers.shift() ?? fine);
		await untilPolled(() => said.at(-1)?.startsWith('lost'));
		const failing = 'warn: a look at the kernel failed:';
		expect(said).toEqual([`${failing} a`, `${failing} b`, 'lost: c']);
	});

	test('is /proc when ss fails from the start, and ss again once it works', async () => {
		let works = false;
		const {fakes, said} = startFakes(() => (works ? fine : failed('out of memory')), {retryMs: 20});
		await untilPolled(() => fakes.ss.length > 1);
		expect(said).toEqual(['lost: out of memory']);
		works = true;
		await untilPolled(() => (fakes.ss.at(-1)?.polls ?? 0) > 3);
		expect(said.slice(1)).toEqual(['info: ss works again']);
		expect(fakes.proc.every(({open}) => !open)).toBe(true);
		expect(fakes.ss.slice(0, -1).every(({open}) => !open)).toBe(true);
	});

	test('is none where both are missing, and that is reported', async () => {
		const {said} = startFakes(() => missing, {openProc: async () => err('process 1 is gone')});
		await untilPolled(() => said.length > 0);
		expect(said).toEqual(['end: ss not found; process 1 is gone']);
	});

	test('is none after the poll was stopped, in the middle of a change too', async () => {
		const {fakes, said, close} = startFakes(() => missing, {
			openProc: async () => {
				await close();
				const {fake, opened} = openFake(() => fine);
				fakes.proc.push(fake);
				return ok(opened);
			},
		});
		await untilPolled(() => fakes.proc[0]?.open === false);
		expect(fakes).toMatchObject({ss: [{open: false}], proc: [{polls: 0}]});
		expect(said).toEqual([]);
	});
});
