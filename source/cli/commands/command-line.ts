/** Finds the command of a command line, parses its options, and runs it. */
import {CommanderError, Command as Program} from 'commander';
import {failureCode} from '../options/arguments.ts';
import {writeStderr} from '../process/stderr.ts';
import type {Action, Command} from './command.ts';
import {commands, defaultAction} from './index.ts';

/** Text to print when no command runs. */
export type EarlyExit = {code: number; stdout: string; stderr: string};
export type ParsedCommandLine = {action: Action; program: Program} | {exit: EarlyExit};

/** A command name as first word is netwatch's own; after `--` it belongs to the watched program. */
export async function parseCommandLine(
	argv: readonly string[],
	version: string,
	registered: readonly Command[] = commands,
): Promise<ParsedCommandLine> {
	const named = registered.find(({name}) => name === argv[0]);
	const action = named ?? defaultAction;
	const program = new Program(named === undefined ? 'netwatch' : `netwatch ${named.name}`);
	action.options(program, {version, commands: registered});
	const exit = await parseWords(action, program, named === undefined ? argv : argv.slice(1));
	return exit === null ? {action, program} : {exit};
}

/** @returns the exit code */
export async function runCommandLine(
	argv: readonly string[],
	version: string,
	registered: readonly Command[] = commands,
): Promise<number> {
	const parsed = await parseCommandLine(argv, version, registered);
	if (!('exit' in parsed)) return parsed.action.run(parsed.program, version);
	process.stdout.write(parsed.exit.stdout);
	writeStderr(parsed.exit.stderr);
	return parsed.exit.code;
}

/** @returns text to print before netwatch exits; null when the arguments are in `program` */
async function parseWords(
	action: Action,
	program: Program,
	argv: readonly string[],
): Promise<EarlyExit | null> {
	let stdout = '';
	let stderr = '';
	program.exitOverride().configureOutput({
		writeOut: text => {
			stdout += text;
		},
		writeErr: text => {
			stderr += text;
		},
	});
	try {
		program.parse([...argv], {from: 'user'});
		await action.check?.(program);
		return null;
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		const code = error.exitCode === 0 ? 0 : failureCode;
		return {code, stdout, stderr: stderr.replace(/^error: /, 'netwatch: ')};
	}
}
