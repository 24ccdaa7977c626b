/** With the screen: keys from the terminal, the command in a session of its own, its output in a tab. */
import {openSync} from 'node:fs';
import tty from 'node:tty';
import {exitCodeOf} from '../../launcher/launch.ts';
import {openOutputCopy} from '../../launcher/output/copy.ts';
import {createCommandOutput} from '../../launcher/output/output.ts';
import {createEscalation, handleSignals} from '../../launcher/signals/forward.ts';
import {ignoreSignals} from '../../launcher/signals/queue.ts';
import {summarize} from '../../report/summary.ts';
import {startScreen} from '../../screen/index.tsx';
import type {Arguments} from '../../session/options.ts';
import {start} from '../../session/start.ts';
import {createRowExport} from '../files/export-rows.ts';
import {historyPath, openHistory} from '../files/filter-history.ts';
import {openSettings, settingsPath} from '../files/settings.ts';
import {clipboardWay} from '../process/clipboard-transport.ts';
import {whereItGoesOn} from '../process/detached-notice.ts';
import {failureText, onEmergency} from '../process/fatal-errors.ts';
import {ownLackedRights} from '../process/missing-rights.ts';
import {printTail} from '../process/output-tail.ts';
import {createLeave} from '../process/shutdown.ts';
import {tell} from '../process/stderr.ts';
import {handleStops} from '../process/suspend.ts';
import {coloursOf, inkOf} from '../process/terminal-colors.ts';
import {takeWarnings} from '../process/warnings.ts';
import {runHeadless} from './headless.ts';

/** @returns the exit code */
export async function runOnScreen(options: Arguments, version: string): Promise<number> {
	if (process.env.TERM === 'dumb') {
		tell('netwatch: this terminal (TERM=dumb) cannot show a screen: going on without one\n');
		return runHeadless(options, version);
	}

	const keys = openKeys();
	if (keys === null) {
		tell('netwatch: no terminal to read keys from (/dev/tty): going on without a screen\n');
		return runHeadless(options, version);
	}

	const copy =
		options.output === null ? null : openOutputCopy(options.output, message => onCopyFails(message));
	let onCopyFails = (_message: string): void => {};
	let changed = (): void => {};
	const run = await start(options, 'screen', process.stdin.isTTY, () => changed());
	if (!('session' in run)) {
		tell(`netwatch: ${run.message}\n`);
		return run.exitCode;
	}

	const {session, directory, command, releaseSignals} = run;
	onCopyFails = message => session.say('warn', 'output', message);
	const output = createCommandOutput({
		stdoutLog: directory.stdoutLog,
		stderrLog: directory.stderrLog,
		now: session.now,
		copy,
		onNotice: message => session.say('info', 'output', message),
	});
	let isOver = false;
	const ended = command.exited.then(async exit => {
		await session.ended(exit.exitCode, exit.signal);
		output.drain();
		changed();
		isOver = true;
		return exitCodeOf(exit);
	});
	const leave = createLeave({command, ended, onHangUp: options.onHangUp});
	if (options.quitOnExit) void ended.then(exitCode => leave.now({exitCode, commandRuns: false}));
	const interrupt = createEscalation(command);
	const giveSignalsBack = handleSignals({
		mode: 'screen',
		command,
		escalate: interrupt,
		exit: (exitCode, hasEnded) => leave.now({exitCode, commandRuns: !hasEnded}),
		endOnHangUp: options.onHangUp === 'end',
	});
	const giveAllBack = ignoreSignals();
	releaseSignals();

	const exported = createRowExport({directory: '.', now: session.now, say: session.say});
	const settings = openSettings(settingsPath(process.env), session.say);
	const colours = coloursOf(options.colour, process.env);
	const history = openHistory(historyPath(process.env), session.say);
	const screen = startScreen({
		model: session.model,
		output,
		subscribe(listener) {
			changed = listener;
			return () => {
				changed = () => {};
			};
		},
		now: session.now,
		lacks: ownLackedRights(),
		initialFilter: options.filter,
		columns: settings.columns,
		history: history.filters,
		actions: {
			interrupt,
			quit: leave.quit,
			suspend: () => stops.stop(),
			showAll: on => session.apply({type: 'all', at: session.now(), on}),
			ignore: (rule, on) => session.apply({type: 'ignore', at: session.now(), rule, on}),
			forget: ids => session.apply({type: 'forget', at: session.now(), ids}),
			writeRows: exported.write,
			keepColumns: settings.keepColumns,
			remember: history.remember,
		},
		clipboard: clipboardWay(process.env),
		stdin: keys,
		stdout: process.stdout,
		ink: inkOf(process.env),
		// The locale that tells of the one tells of the other.
		isAscii: inkOf(process.env) === 'digits',
		isSpoken: options.screenReader || process.env.INK_SCREEN_READER === 'true',
		colours,
	});

	const outputLook = setInterval(() => {
		// Nobody records: what changed is in the rows.
		session.model.takeChanges();
		changed();
	}, 250);

	const giveWarningsBack = takeWarnings(message => session.say('info', 'netwatch', message));
	const stops = handleStops({
		release: screen.release,
		retake: screen.retake,
		refuse: why => session.say('warn', 'terminal', why),
		commandPid: command.pid,
	});
	for (const stream of [keys, process.stdout, process.stderr]) stream.on('error', leave.hangUp);
	keys.on('end', leave.hangUp);

	let failure: unknown;
	const screenGone = screen.exited.catch(async (error: unknown) => {
		if (!isTerminalGone(error)) {
			failure = error;
			return;
		}

		leave.hangUp();
		await leave.asked;
	});
	const dutyDone = onEmergency(() => {
		screen.release();
		output.close();
		return isOver ? '' : whereItGoesOn(run);
	});
	const reason = (await Promise.race([leave.asked, screenGone])) ?? {exitCode: 125, commandRuns: !isOver};
	clearInterval(outputLook);
	await screen.unmount().catch(() => undefined);
	output.drain();
	output.close();
	await Promise.all([settings.settled(), history.settled(), exported.settled()]);
	await session.close();
	if (!reason.commandRuns) directory.remove();
	stops.close();
	giveWarningsBack();
	dutyDone();
	giveSignalsBack();
	giveAllBack();
	if (leave.isHungUp) endByHangUp();
	keys.destroy();
	printTail(output, colours.depth);
	tell(summarize(session.model, session.now()));
	if (copy !== null) tell(`netwatch: ${copy.describe()}\n`);
	if (failure !== undefined) tell(failureText(failure));
	if (reason.commandRuns) tell(whereItGoesOn(run));
	return reason.exitCode;
}

const isTerminalGone = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EPIPE');

/** Node's own way to exit sets the terminal back, and aborts where there is none any more. */
function endByHangUp(): void {
	process.removeAllListeners('SIGHUP');
	process.kill(process.pid, 'SIGHUP');
}

/** Standard input where it is a terminal; else it is the command's, and keys come from the controlling terminal. */
function openKeys(): tty.ReadStream | null {
	if (process.stdin.isTTY) return process.stdin;
	try {
		return new tty.ReadStream(openSync('/dev/tty', 'r'));
	} catch {
		return null;
	}
}
