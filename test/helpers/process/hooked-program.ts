/** A program with the built hook and a model behind it: the reports of the hook that no public record carries. */
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {vi} from 'vitest';
import {createClock} from '../../../source/intake/clock.ts';
import {openFifoReader} from '../../../source/intake/fifo-reader.ts';
import {createHookThreads} from '../../../source/intake/hook-threads.ts';
import {createModel} from '../../../source/model/index.ts';
import type {Model} from '../../../source/model/model.ts';
import {root, targetNode} from './paths.ts';
import {type Program, start} from './program.ts';
import {type Lifetime, temporaryDirectory} from './temporary-directory.ts';

export type Hooked = Omit<Program, 'until'> & {
	model: Model;
	now(): number;
	/** Waits until `probe` returns a value; it is called after each report of the hook and at the program's exit. */
	until<Value>(probe: () => Value | undefined | null | false): Promise<Value>;
};

const deadlineMs = 20_000;
const pollEveryMs = 10;

/** @param args of Node, e.g. `[target('idle')]` */
export const startHooked = (context: Lifetime, args: readonly string[]): Hooked => {
	const fifo = join(temporaryDirectory(context), 'fifo');
	execFileSync('mkfifo', ['-m', '600', fifo]);
	const env = {NODE_OPTIONS: `--require "${join(root, 'dist/hook.cjs')}"`, NETWATCH_FIFO: fifo};
	const clock = createClock();
	const model = createModel();
	// The FIFO is opened before the hook, which would find no reader.
	let take: Parameters<typeof openFifoReader>[1] = () => {};
	const fifoReader = openFifoReader(fifo, frame => take(frame));
	context.onTestFinished(() => fifoReader.close());
	const program = start(context, targetNode, args, {env});
	const hookThreads = createHookThreads(clock, program, input => model.apply(input));
	take = hookThreads.applyFrame;
	const until: Hooked['until'] = async probe => {
		const found = await vi.waitUntil(probe, {timeout: deadlineMs, interval: pollEveryMs});
		if (!found) throw new Error(`waited in vain for: ${probe}`);
		return found;
	};
	return {...program, model, until, now: clock.now};
};
