import {Option, type Command as Program} from 'commander';
import type {RunArguments} from '../../session/options.ts';
import {
	type BackgroundMode,
	backgroundModes,
	type ColorMode,
	colorModes,
	type HangupPolicy,
	hangupPolicies,
} from '../../session/options.ts';
import {milliseconds, nameList, outputFile, seconds} from './parsers.ts';

/** Exit code of netwatch's own failures, as of env(1) and timeout(1). */
export const failureCode = 125;

const filterFlags = '-f, --filter <FILTER>';
const ignoreFlags = '--ignore <RULES>';

/** A command, as the help shows it. */
type ListedCommand = {name: string; usage: string; summary: string};

/**
 * Declares the options of `netwatch -- COMMAND`. Options end at the first word, the command; `--` is
 * optional, since npm removes it.
 */
export function declareWatchOptions(
	program: Program,
	{version, commands}: {version: string; commands: readonly ListedCommand[]},
): void {
	program
		.description(
			"Runs a Node program and shows where each of its sockets stands: the process's view, the kernel's, the route.",
		)
		.usage(usageText(commands))
		.argument('[command...]', 'the command to run and watch, with its arguments')
		.version(version, '-V, --version', 'print the version')
		.helpOption('-h, --help', 'print this help')
		.option(filterFlags, 'show only rows that match, e.g. "stage:draining or peer:10.0.0.0/8"', '')
		.option('-i, --interval <MS>', "least time between two looks at the kernel's table", milliseconds, 1000)
		.option('--keep <SECONDS>', 'how long closed rows stay', seconds, 10)
		.option('-a, --all', 'also sockets of other processes in the namespace')
		.option('--headless', "no screen: the command's output untouched, a summary on standard error at the end")
		.option('--json', "no screen: records on standard output, the command's own output on standard error")
		.addOption(new Option('--no-kernel', "do not ask ss and ip: the processes' own view alone"))
		.addOption(
			new Option('--no-children', 'watch the process that is started, with its threads, and none below it'),
		)
		.addOption(new Option('--no-sites', 'do not take the place in the program that a socket was made at'))
		.addOption(
			new Option('--no-emit', 'leave `emit` alone, for programs that replace it: less is seen (see README)'),
		)
		.option(
			ignoreFlags,
			'report nothing of these rules, with commas between them (docs/diagnoses.md has their names)',
			nameList,
			[],
		)
		.addOption(
			new Option(
				'--color <WHEN>',
				'colours of the screen; auto goes by NO_COLOR, FORCE_COLOR, TERM and COLORTERM',
			)
				.choices(colorModes)
				.default('auto'),
		)
		.addOption(
			new Option(
				'--background <KIND>',
				"the terminal's background, which colours are chosen for; auto asks COLORFGBG",
			)
				.choices(backgroundModes)
				.default('auto'),
		)
		.addOption(
			new Option(
				'--on-hangup <WHAT>',
				'when the terminal of the screen goes away (an SSH session that is cut): end the command, or leave it running',
			)
				.choices(hangupPolicies)
				.default('end'),
		)
		.option(
			'--output <FILE>',
			"with the screen: all of the command's output goes to this file too",
			outputFile,
		)
		.option(
			'--screen-reader',
			'sentences instead of tables and pictures, and only what changed; keys work the same',
		)
		.option('--quit-on-exit', 'leave the screen when the command ends')
		.passThroughOptions()
		.enablePositionalOptions()
		.addHelpText('after', exampleHelp(commands));
}

/** @throws commander's error for a filter or a rule that there is not */
export async function checkWatchOptions(program: Program): Promise<void> {
	const {filter, ignore} = program.opts<{filter: string; ignore: readonly string[]}>();
	if (filter === '' && ignore.length === 0) return;
	const {filterFault, rulesFault} = await import('./faults.ts');
	const reject = (flags: string, value: string, fault: string | null): void => {
		if (fault === null) return;
		const message = `error: option '${flags}' argument '${value}' is invalid. ${fault}`;
		program.error(message, {code: 'commander.invalidArgument'});
	};
	reject(filterFlags, filter, filterFault(filter));
	reject(ignoreFlags, ignore.join(','), rulesFault(ignore));
}

/** @returns the options; an error message for a conflict between them */
export function readWatchOptions(program: Program): {run: RunArguments} | {problem: string} {
	const options = program.opts<{
		filter: string;
		interval: number;
		keep: number;
		headless?: boolean;
		json?: boolean;
		kernel: boolean;
		all?: boolean;
		children: boolean;
		sites: boolean;
		emit: boolean;
		quitOnExit?: boolean;
		output?: string;
		onHangup: HangupPolicy;
		ignore: readonly string[];
		color: ColorMode;
		screenReader?: boolean;
		background: BackgroundMode;
	}>();
	if (program.args.length === 0) {
		return {problem: 'no command given. Try: netwatch -- node server.js (netwatch --help shows more)'};
	}

	if (options.all && !options.kernel) {
		return {problem: '--all shows what the kernel reports: it cannot go with --no-kernel'};
	}

	if (options.output !== undefined && (options.json || options.headless)) {
		const mode = options.json ? '--json' : '--headless';
		const problem = `--output goes with the screen: it cannot go with ${mode}, where the output passes through and tee(1) can take it`;
		return {problem};
	}

	return {
		run: {
			command: program.args,
			filter: options.filter,
			intervalMs: options.interval,
			keepMs: options.keep * 1000,
			json: options.json ?? false,
			headless: options.headless ?? false,
			kernel: options.kernel,
			all: options.all ?? false,
			hook: {recordSites: options.sites, patchEmit: options.emit, watchChildren: options.children},
			quitOnExit: options.quitOnExit ?? false,
			outputFile: options.output ?? null,
			onHangup: options.onHangup,
			ignore: options.ignore,
			screenReader: options.screenReader ?? false,
			color: {depth: options.color, background: options.background},
		},
	};
}

const usageText = (commands: readonly ListedCommand[]): string =>
	['[options] [--] COMMAND [ARG…]', ...commands.map(({name, usage}) => `netwatch ${name} ${usage}`)].join(
		'\n       ',
	);

const commandLine = ({name, summary}: ListedCommand): string =>
	`${`  netwatch ${name}`.padEnd(38)}${summary}\n`;

const exampleHelp = (commands: readonly ListedCommand[]): string => `
Examples:
  netwatch -- node server.js
  netwatch --filter 'stage:draining or age:>5s' -- npm run dev
  netwatch --json -- node client.js | jq 'select(.type == "row")'
  netwatch --ignore connect-refused -- node client.js
${commands.map(commandLine).join('')}  netwatch -- doctor                  runs and watches a program of this name

Exit code: the command's own (128 + the signal's number where a signal ended it); 125 where netwatch itself failed,
126 where the command cannot be executed, 127 where it was not found.
`;
