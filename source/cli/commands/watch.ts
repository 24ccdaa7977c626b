/** `netwatch -- COMMAND`: runs and watches a command, with the screen or headless. */
import {openSync} from 'node:fs';
import tty from 'node:tty';
import type {RunArguments} from '../../session/options.ts';
import {runHeadless} from '../display/headless.ts';
import {runOnScreen} from '../display/screen.ts';
import {declareWatchOptions, failureCode, readWatchOptions} from '../options/arguments.ts';
import {writeStderr} from '../process/stderr.ts';
import type {Action} from './command.ts';

export const watch: Action = {
	options: declareWatchOptions,
	async run(program, version) {
		const read = readWatchOptions(program);
		if ('problem' in read) {
			writeStderr(`netwatch: ${read.problem}\n`);
			return failureCode;
		}

		const options = read.run;
		const display = chooseDisplay(options);
		if (display.kind === 'screen') return runOnScreen(options, version, display.keys);
		if (display.reason !== null) writeStderr(`netwatch: ${display.reason}\n`);
		return runHeadless(options, version);
	},
};

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
