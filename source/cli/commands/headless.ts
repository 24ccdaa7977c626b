/** Without a screen: the command's output passes through untouched; records or a summary tell what was seen. */

import {exitCodeOf} from '../../launcher/launch.ts';
import {handleSignals} from '../../launcher/signals/forward.ts';
import {createLineWriter, type LineWriter} from '../../records/write/line-writer.ts';
import {createRecorder, type Recorder} from '../../records/write/recorder.ts';
import {summaryText} from '../../report/summary.ts';
import type {RunArguments} from '../../session/options.ts';
import {startSession} from '../../session/start.ts';
import {addCleanupHook} from '../process/fatal-errors.ts';
import {writeStderr} from '../process/stderr.ts';

const flushMs = 100;

/** @returns the exit code */
export async function runHeadless(options: RunArguments, version: string): Promise<number> {
	if (options.outputFile !== null) {
		throw new Error(
			'--output goes with the screen, and there is no terminal for one: the output passes through, tee(1) can take it',
		);
	}

	const lineWriter: LineWriter | null = options.json ? createLineWriter(1) : null;
	let recorder: Recorder | null = null;
	const launched = await startSession(
		options,
		options.json ? 'json' : 'headless',
		false,
		(input, session) => {
			if (lineWriter === null) return;
			recorder ??= createRecorder(session.model, lineWriter, version, options.intervalMs);
			recorder.input(input);
		},
	);
	if (!('session' in launched)) {
		writeStderr(`netwatch: ${launched.message}\n`);
		return launched.exitCode;
	}

	const {session, directory, target, releaseSignals} = launched;
	const releaseSignalHandlers = handleSignals({mode: 'headless', command: target, escalate() {}, exit() {}});
	releaseSignals();
	const removeCleanupHook = addCleanupHook(() => {
		directory.remove();
		return '';
	});
	const flushTimer = setInterval(() => {
		if (recorder === null) session.model.takeChanges();
		else recorder.flush(session.now());
	}, flushMs);

	const exit = await target.exited;
	await session.targetEnded(exit);
	clearInterval(flushTimer);
	await session.close();
	directory.remove();
	removeCleanupHook();
	releaseSignalHandlers();
	if (recorder === null) {
		writeStderr(summaryText(session.model, session.now()));
	} else {
		(recorder as Recorder).end(session.now());
		await lineWriter?.end();
	}

	return exitCodeOf(exit);
}
