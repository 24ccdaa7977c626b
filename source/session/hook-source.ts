/**
 * The hooks as a source: frames from the FIFO, and the exits of processes and threads that sent no exit
 * frame.
 */
import {existsSync} from 'node:fs';
import type {Clock} from '../intake/clock.ts';
import {openFifoReader} from '../intake/fifo-reader.ts';
import {createHookThreads, type HookThreads} from '../intake/hook-threads.ts';
import {delay} from '../shared/delay.ts';
import type {Frame} from '../wire/decode.ts';
import type {Emit, Source} from './source.ts';

export type HookSource = Source &
	Pick<HookThreads, 'hasHook' | 'allHeardSince' | 'hasHello' | 'processNumber' | 'commandEnded'>;

const lostCheckMs = 250;
const goneCheckMs = 1000;
/** A FIFO that is silent for this long is drained. */
const fifoQuietMs = 60;
const fifoCheckMs = 2;
const drainMs = 1000;
/** Frames held until the command's pid is known. */
const pendingFrameLimit = 1000;

/**
 * @param fifo path of the FIFO that the hooks write to; it is read at once, its frames are held until the
 *   start
 * @throws if the FIFO cannot be opened
 */
export function openHookSource(fifo: string, clock: Clock): HookSource {
	const timers: NodeJS.Timeout[] = [];
	let pendingFrames: Frame[] = [];
	let threads: HookThreads | null = null;
	let emit: Emit = () => {};
	let lastFrameAt = 0;
	let lostReported = 0;

	const fifoReader = openFifoReader(fifo, frame => {
		lastFrameAt = clock.now();
		if (threads !== null) threads.applyFrame(frame);
		else if (pendingFrames.length < pendingFrameLimit) pendingFrames.push(frame);
	});

	function reportLost(): void {
		const {badFrames, otherVersion} = fifoReader.counters;
		const frames = (threads?.lostFrames ?? 0) + badFrames + otherVersion - lostReported;
		if (frames <= 0) return;
		if (lostReported === 0) {
			const message = 'some records of the hooks were lost on the way: the table may lack rows';
			emit({type: 'notice', at: clock.now(), level: 'warn', source: 'hooks', message});
		}

		lostReported += frames;
		emit({type: 'lost', at: clock.now(), frames});
	}

	return {
		hasHook: pid => threads?.hasHook(pid) ?? false,
		allHeardSince: (pid, at) => threads?.allHeardSince(pid, at) ?? false,
		get hasHello() {
			return threads?.hasHello ?? false;
		},
		processNumber(pid) {
			if (threads === null) throw new Error('processes have numbers from the start of the hooks on');
			return threads.processNumber(pid);
		},
		commandEnded: (exitCode, signal) => threads?.commandEnded(exitCode, signal),
		start(emitInput, target) {
			if (target === null) return;
			emit = emitInput;
			threads = createHookThreads(clock, target, emit);
			for (const frame of pendingFrames) threads.applyFrame(frame);
			pendingFrames = [];
			timers.push(
				setInterval(reportLost, lostCheckMs),
				setInterval(() => threads?.expireGone(isGone), goneCheckMs),
			);
		},
		async drain() {
			const begun = clock.now();
			let isAllRead = false;
			void fifoReader.readAll().then(() => {
				isAllRead = true;
			});
			// A process that outlives the command keeps the FIFO open.
			while (
				!isAllRead &&
				clock.now() - Math.max(begun, lastFrameAt) < fifoQuietMs &&
				clock.now() - begun < drainMs
			) {
				await delay(fifoCheckMs);
			}
		},
		end() {
			reportLost();
			// The FIFO is drained: a process or a worker that is gone now is lost at once.
			for (const _check of ['missed', 'lost']) threads?.expireGone(isGone);
		},
		close() {
			for (const timer of timers) clearInterval(timer);
			fifoReader.close();
		},
	};
}

/** The command's exit as its parent saw it, with exit code or signal: no hook can report those. */
export const createCommandExit = (hooks: Pick<HookSource, 'commandEnded'>): Source => ({
	start() {},
	end: ({exitCode, signal}) => hooks.commandEnded(exitCode, signal),
	close() {},
});

function isGone(pid: number, tid: number | null): boolean {
	if (tid !== null) return !existsSync(`/proc/${pid}/task/${tid}`);
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'ESRCH';
	}
}
