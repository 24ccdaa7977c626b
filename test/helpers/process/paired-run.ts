/** One program without netwatch and with it: the output and the end of each, to be compared. */
import {join} from 'node:path';
import {expect, type TestContext} from 'vitest';
import {fewAtOnce} from './few-at-once.ts';
import {type Outcome, summedUp} from './outcome.ts';
import {cli, node, root, targetNode} from './paths.ts';
import {type Options, type Program, start} from './program.ts';

/** One row of a table of programs. */
export type Pair = {
	/** The program's file in test/programs/paired, without a suffix for `.cjs`; none for a script of the command line. */
	file?: string;
	/** Its own arguments. */
	args?: readonly string[];
	/** Node's own arguments, before the file. */
	nodeArgs?: readonly string[];
	env?: Options['env'];
	/** The program's standard input. */
	input?: string;
	/** The output expected of the plain run, on either stream: without it, the program did not do its task. */
	says: string | RegExp;
	/** Exit code, 0 by default. */
	code?: number;
	/** The least number of sockets (1 by default) and of processes in the watched run. */
	sockets?: number;
	processes?: number;
	/** The only notice that netwatch may raise. */
	notice?: RegExp;
	/** Major versions of Node from which on, and up to which, it makes sense. */
	since?: number;
	until?: number;
	/** Standard output and standard error as they are compared, where two plain runs differ, too. */
	normal?(text: string): string;
	/** The intended difference of the watched run: removes its trace from the text, and must find it. */
	trace?: {why: string; without(text: string): string};
};

const folder = join(root, 'test/programs/paired');

/** The command line of a row, without the program that runs it. */
export const wordsOf = ({file, args = [], nodeArgs = []}: Pair): string[] => {
	if (file === undefined) return [...nodeArgs, ...args];
	return [...nodeArgs, join(folder, /\.[cm]js$/.test(file) ? file : `${file}.cjs`), ...args];
};

export const nameOf = ({file, args = [], nodeArgs = [], env = {}}: Pair): string =>
	[...Object.entries(env).map(pair => pair.join('=')), ...nodeArgs, file, ...args]
		.filter(word => word !== undefined)
		.join(' ')
		.replaceAll(/\s+/g, ' ');

const ports = /127\.0\.0\.1:\d+|port: \d+/g;
const pids = /\(node:\d+\)|==\d+==/g;

/** Ports differ from run to run, and so do pids in warnings. */
export const withoutPorts = ({stdout, stderr, ...ended}: Outcome): Outcome => {
	const replaced = (text: string) => text.replaceAll(ports, 'PORT').replaceAll(pids, '(node:PID)');
	return {...ended, stdout: replaced(stdout), stderr: replaced(stderr)};
};

/** Starts a program without netwatch and with it, at the same time. */
export const startBoth = (
	context: TestContext,
	words: readonly string[],
	options?: Options,
): [Program, Program] => [
	start(context, targetNode, words, options),
	start(context, node, [cli, '--headless', '--no-kernel', '--', targetNode, ...words], options),
];

const few = fewAtOnce(2);

/** Runs a program in both ways. */
export const runBoth = (
	context: TestContext,
	words: readonly string[],
	{input, ...options}: Options & {input?: string} = {},
): Promise<{without: Outcome; within: Outcome; summary: string}> =>
	few(async () => {
		// A test whose time is over while it waits starts nothing any more.
		context.signal.throwIfAborted();
		const stdin = input === undefined ? 'ignore' : 'pipe';
		const programs = startBoth(context, words, {stdin, ...options});
		for (const program of programs) program.process.stdin?.end(input);
		const [{summary: _none, ...without}, {summary, ...within}] = await Promise.all([
			summedUp(programs[0]),
			summedUp(programs[1]),
		]);
		return {without, within, summary};
	});

export const runPair = (context: TestContext, {env = {}, input, ...pair}: Pair) =>
	runBoth(context, wordsOf(pair), {env, cwd: folder, ...(input === undefined ? {} : {input})});

/** The hook was at work in the watched run: it has reported the program's processes and sockets, and nothing failed. */
export const expectWatched = (
	summary: string,
	{sockets = 1, processes = 1, notice = /^$/}: Pick<Pair, 'sockets' | 'processes' | 'notice'>,
): void => {
	const [, seen] = /^ {2}sockets +(\d+)/m.exec(summary) ?? [];
	const [, hooked] = /^ {2}processes +(\d+) with hook/m.exec(summary) ?? [];
	expect(Number(hooked), summary).toBeGreaterThanOrEqual(processes);
	expect(Number(seen), summary).toBeGreaterThanOrEqual(sockets);
	const [, said = ''] = /^ {2}notice +(.*)/m.exec(summary) ?? [];
	expect(said).toMatch(notice);
};
