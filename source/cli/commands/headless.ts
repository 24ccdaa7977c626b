/** Without a screen: the command's output passes through untouched; records or a summary tell what was seen. */

import {exitCodeOf} from '../../launcher/launch.ts';
import {handleSignals} from '../../launcher/signals/forward.ts';
import {createLineWriter, type LineWriter} from '../../records/write/line-writer.ts';
import {createRecorder, type Recorder} from '../../records/write/recorder.ts';
import {summarize} from '../../report/summary.ts';
import type {Arguments} from '../../session/options.ts';
import {start} from '../../session/start.ts';
import {onEmergency} from '../process/fatal-errors.ts';
import {tell} from '../process/stderr.ts';

const flushMs = 100;

/** @returns the exit code */
export async function runHeadless(options: Arguments, version: string): Promise<number> {
	if (options.output !== null) {
		throw new Error(
			'--output goes with the screen, and there is no terminal for one: the output passes through, tee(1) can take it',
		);
	}

	const sink: LineWriter | null = options.json ? createLineWriter(1) : null;
	let recorder: Recorder | null = null;
	const run = await start(options, options.json ? 'json' : 'headless', false, (input, session) => {
		if (sink === null) return;
		recorder ??= createRecorder(session.model, sink, version, options.intervalMs);
		recorder.input(input);
	});
	if (!('session' in run)) {
		tell(`netwatch: ${run.message}\n`);
		return run.exitCode;
	}

	const {session, directory, command, releaseSignals} = run;
	const giveSignalsBack = handleSignals({mode: 'headless', command, escalate() {}, exit() {}});
	releaseSignals();
	const dutyDone = onEmergency(() => {
		directory.remove();
		return '';
	});
	const flushing = setInterval(() => {
		if (recorder === null) session.model.takeChanges();
		else recorder.flush(session.now());
	}, flushMs);

	const exit = await command.exited;
	await session.ended(exit.exitCode, exit.signal);
	clearInterval(flushing);
	await session.close();
	directory.remove();
	dutyDone();
	giveSignalsBack();
	if (recorder === null) {
		tell(summarize(session.model, session.now()));
	} else {
		(recorder as Recorder).end(session.now());
		await sink?.end();
	}

	return exitCodeOf(exit);
}
