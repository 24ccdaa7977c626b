/** A program with the built hook and a model behind it: what the hook tells that no public record carries. */
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
	/** Waits until `look` gives something; also of what the hook tells, and when the program has ended. */
	until<Value>(look: () => Value | undefined | null | false): Promise<Value>;
};

const deadlineMs = 20_000;
const lookEveryMs = 10;

/** @param args of Node, e.g. `[target('idle')]` */
export const startHooked = (context: Lifetime, args: readonly string[]): Hooked => {
	const fifo = join(temporaryDirectory(context), 'fifo');
	execFileSync('mkfifo', ['-m', '600', fifo]);
	const env = {NODE_OPTIONS: `--require "${join(root, 'dist/hook.cjs')}"`, NETWATCH_FIFO: fifo};
	const clock = createClock();
	const model = createModel();
	// It opens the FIFO before there is a hook that would find nobody.
	let take: Parameters<typeof openFifoReader>[1] = () => {};
	const receiver = openFifoReader(fifo, frame => take(frame));
	context.onTestFinished(() => receiver.close());
	const program = start(context, targetNode, args, {env});
	const senders = createHookThreads(clock, program, input => model.apply(input));
	take = senders.applyFrame;
	const until: Hooked['until'] = async look => {
		const found = await vi.waitUntil(look, {timeout: deadlineMs, interval: lookEveryMs});
		if (!found) throw new Error(`waited in vain for: ${look}`);
		return found;
	};
	return {...program, model, until, now: clock.now};
};
