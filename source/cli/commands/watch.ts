/** `netwatch -- COMMAND`: runs and watches a command, with the screen or headless. */
import {openSync} from 'node:fs';
import tty from 'node:tty';
import {prepareSession} from '../../session/launched/preparation.ts';
import type {RunArguments} from '../../session/options.ts';
import {checkWatchOptions, declareWatchOptions, failureCode, readWatchOptions} from '../options/arguments.ts';
import {writeStderr} from '../process/stderr.ts';
import type {Action} from './command.ts';

export const watch: Action = {
	options: declareWatchOptions,
	check: checkWatchOptions,
	async run(program, version) {
		const read = readWatchOptions(program);
		if ('problem' in read) {
			writeStderr(`netwatch: ${read.problem}\n`);
			return failureCode;
		}

		const options = read.run;
		const display = chooseDisplay(options);
		if (display.kind === 'headless') {
			if (display.reason !== null) writeStderr(`netwatch: ${display.reason}\n`);
			if (options.outputFile !== null) throw new Error(noOutputFileMessage);
		}

		const preparation = prepareSession(options);
		// Loading holds the event loop, which is to start the processes of ss first.
		await preparation.ss?.spawned;
		if (display.kind === 'screen') {
			const {runOnScreen} = await import('../display/screen.ts');
			return runOnScreen(preparation, options, version, display.keys);
		}

		const {runHeadless} = await import('../display/headless.ts');
		return runHeadless(preparation, options, version);
	},
};

const noOutputFileMessage =
	'--output goes with the screen, and there is no terminal for one: the output passes through, tee(1) can take it';

type Display = {kind: 'screen'; keys: tty.ReadStream} | {kind: 'headless'; reason: string | null};

/** The only place that chooses between screen and headless; `reason` explains an unavailable screen. */
function chooseDisplay({json, headless}: RunArguments): Display {
	if (json || headless || !process.stdout.isTTY) return {kind: 'headless', reason: null};
	if (process.env.TERM === 'dumb')
		return {
			kind: 'headless',
			reason: 'this terminal (TERM=dumb) cannot show a screen: going on without one',
		};
	const keys = openKeys();
	return keys === null
		? {kind: 'headless', reason: 'no terminal to read keys from (/dev/tty): going on without a screen'}
		: {kind: 'screen', keys};
}

/** Standard input when it is a terminal; else it belongs to the command, and keys come from /dev/tty. */
function openKeys(): tty.ReadStream | null {
	if (process.stdin.isTTY) return process.stdin;
	try {
		return new tty.ReadStream(openSync('/dev/tty', 'r'));
	} catch {
		return null;
	}
}
