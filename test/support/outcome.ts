/** What a program prints and how it ends, by itself and below netwatch: both are to be the same. */
import type {TestContext} from 'vitest';
import {cli, type Ended, node, type Options, type Program, start} from './program.ts';

export type Outcome = Ended & {stdout: string; stderr: string};

/** What a program has printed and how it ended; netwatch's own summary comes after all of it. */
export const outcomeOf = async (program: Program): Promise<Outcome> => {
	const ended = await program.ended;
	return {...ended, stdout: program.stdout(), stderr: program.stderr().replace(/^netwatch: .*/ms, '')};
};

/** Runs Node with these words. */
export const plain = (context: TestContext, words: readonly string[], options?: Options): Promise<Outcome> =>
	outcomeOf(start(context, node, words, options));

/** Runs Node with these words below netwatch. */
export const watched = (
	context: TestContext,
	words: readonly string[],
	options?: Options,
	args: readonly string[] = [],
): Promise<Outcome> =>
	outcomeOf(start(context, node, [cli, '--headless', ...args, '--', node, ...words], options));
