/** The output and the exit of a program, by itself and below netwatch: both are to be the same. */
import type {TestContext} from 'vitest';
import {cli, node, targetNode} from './paths.ts';
import {type Ended, type Options, type Program, start} from './program.ts';
import type {Lifetime} from './temporary-directory.ts';

export type Outcome = Ended & {stdout: string; stderr: string};

/** The output and the exit of a program, and netwatch's own summary, which comes after all of it. */
export const summedUp = async (program: Program): Promise<Outcome & {summary: string}> => {
	const ended = await program.ended;
	const stderr = program.stderr();
	const at = stderr.search(/^netwatch: /m);
	const [own, summary] = at < 0 ? [stderr, ''] : [stderr.slice(0, at), stderr.slice(at)];
	return {...ended, stdout: program.stdout(), stderr: own, summary};
};

/** The output and the exit of a program. */
export const outcomeOf = async (program: Program): Promise<Outcome> => {
	const {summary: _summary, ...outcome} = await summedUp(program);
	return outcome;
};

/** Runs Node with these words. */
export const plain = (context: Lifetime, words: readonly string[], options?: Options): Promise<Outcome> =>
	outcomeOf(start(context, targetNode, words, options));

/** Runs Node with these words below netwatch. */
export const watched = (
	context: TestContext,
	words: readonly string[],
	options?: Options,
	args: readonly string[] = [],
): Promise<Outcome> =>
	outcomeOf(start(context, node, [cli, '--headless', ...args, '--', targetNode, ...words], options));
