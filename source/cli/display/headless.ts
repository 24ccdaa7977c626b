/** Headless mode: the command's output passes through untouched, with records or a summary as output. */

import type {Output} from '../../domain/output.ts';
import {exitCodeOf} from '../../launcher/launch.ts';
import {handleSignals} from '../../launcher/signals/forward.ts';
import type {Preparation} from '../../session/launched/preparation.ts';
import {startSession} from '../../session/launched/start.ts';
import type {RunArguments} from '../../session/options.ts';
import {failureCode} from '../options/arguments.ts';
import {addCleanupHook} from '../process/fatal-errors.ts';
import {writeStderr} from '../process/stderr.ts';
import {createOutputList} from './output-list.ts';

const drainMs = 100;

/** @returns the exit code */
export async function runHeadless(
	preparation: Preparation,
	options: RunArguments,
	version: string,
): Promise<number> {
	let outputs: readonly Output[] = [];
	const launched = await startSession(preparation, options, options.json ? 'json' : 'headless', false, {
		outputs(model) {
			outputs = createOutputList({options, version, model});
			return outputs;
		},
		drainMs,
	});
	if (!('session' in launched)) {
		writeStderr(`netwatch: ${launched.message}\n`);
		return launched.exitCode;
	}

	const {session, directory, target, releaseSignals} = launched;
	const releaseSignalHandlers = handleSignals({
		mode: 'headless',
		command: target,
		escalate() {},
		exit() {},
	});
	releaseSignals();
	const removeCleanupHook = addCleanupHook(() => {
		directory.remove();
		return '';
	});

	const exit = await target.exited;
	await session.targetEnded(exit);
	await session.close();
	directory.remove();
	removeCleanupHook();
	releaseSignalHandlers();
	await session.endOutputs();
	const exitCode = exitCodeOf(exit);
	// The command's own failure says more.
	return exitCode === 0 && outputs.some(({hasFailed}) => hasFailed) ? failureCode : exitCode;
}
