/** One program without netwatch and with it: what each printed and how it ended, to be held against each other. */
import {join} from 'node:path';
import {expect, type TestContext} from 'vitest';
import {cli, type Ended, node, type Options, type Program, root, start, targetNode} from './program.ts';

export type Outcome = Ended & {stdout: string; stderr: string};

/** One row of a table of programs. */
export type Pair = {
	/** The program's file in test/targets/same, without a suffix for `.cjs`; none for a script of the command line. */
	file?: string;
	/** Its own arguments. */
	args?: readonly string[];
	/** Node's own arguments, before the file. */
	nodeArgs?: readonly string[];
	env?: Options['env'];
	/** What it reads on standard input. */
	input?: string;
	/** What the plain run prints on either stream: without it, the program was not what the row says. */
	says: string | RegExp;
	/** Exit code, 0 unless said. */
	code?: number;
	/** At least so many sockets, 1 unless said, and so many processes must have been seen in the watched run. */
	sockets?: number;
	processes?: number;
	/** What netwatch says of it: the only notice that may be. */
	notice?: RegExp;
	/** Major versions of Node from which on, and up to which, it makes sense. */
	since?: number;
	until?: number;
	/** Standard output and standard error as they are compared, where two plain runs differ, too. */
	normal?(text: string): string;
	/** What the watched run shows otherwise, by intent: takes its trace out of the text, and must find it. */
	trace?: {why: string; without(text: string): string};
};

const folder = join(root, 'test/targets/same');

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

export const majorOf = (version: string): number => Number(/\d+/.exec(version)?.[0]);

const ports = /127\.0\.0\.1:\d+|port: \d+/g;
const pids = /\(node:\d+\)|==\d+==/g;

/** Ports differ from run to run, and so do pids in warnings. */
export const withoutPorts = ({stdout, stderr, ...ended}: Outcome): Outcome => {
	const replaced = (text: string) => text.replaceAll(ports, 'PORT').replaceAll(pids, '(node:PID)');
	return {...ended, stdout: replaced(stdout), stderr: replaced(stderr)};
};

const separator = /^netwatch: /m;

/** What a program has printed and how it ended; netwatch's own summary comes after all of it. */
const outcomeOf = async (program: Program, input?: string): Promise<Outcome & {summary: string}> => {
	if (input !== undefined) program.process.stdin?.end(input);
	const ended = await program.ended;
	const stderr = program.stderr();
	const at = stderr.search(separator);
	const [own, summary] = at < 0 ? [stderr, ''] : [stderr.slice(0, at), stderr.slice(at)];
	return {...ended, stdout: program.stdout(), stderr: own, summary};
};

/** Runs a row's program in both ways at the same time. */
export const runPair = async (
	context: TestContext,
	pair: Pair,
): Promise<{without: Outcome; within: Outcome; summary: string}> => {
	const options: Options = {
		env: pair.env ?? {},
		cwd: folder,
		stdin: pair.input === undefined ? 'ignore' : 'pipe',
	};
	const words = [targetNode, ...wordsOf(pair)];
	const [first = node, ...rest] = words;
	const [without, within] = await Promise.all([
		outcomeOf(start(context, first, rest, options), pair.input),
		outcomeOf(start(context, node, [cli, '--headless', '--no-kernel', '--', ...words], options), pair.input),
	]);
	const {summary, ...rest2} = within;
	const {summary: _none, ...plain} = without;
	return {without: plain, within: rest2, summary};
};

/** The hook was at work in the watched run: it has told of the program's processes and sockets, and nothing failed. */
export const expectWatched = (summary: string, {sockets = 1, processes = 1, notice = /^$/}: Pair): void => {
	const [, seen] = /^ {2}sockets +(\d+)/m.exec(summary) ?? [];
	const [, hooked] = /^ {2}processes +(\d+) with hook/m.exec(summary) ?? [];
	expect(Number(hooked), summary).toBeGreaterThanOrEqual(processes);
	expect(Number(seen), summary).toBeGreaterThanOrEqual(sockets);
	const [, said = ''] = /^ {2}notice +(.*)/m.exec(summary) ?? [];
	expect(said).toMatch(notice);
};
