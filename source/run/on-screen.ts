/** With the screen: keys from the terminal, the command in a session of its own, its output in a tab. */
import {openSync} from 'node:fs';
import tty from 'node:tty';
import {type QuitChoice, startScreen} from '../screen/index.tsx';
import {survive} from '../target/held-signals.ts';
import {exitCodeOf} from '../target/launch.ts';
import {createOutput} from '../target/output.ts';
import {openOutputCopy} from '../target/output-copy.ts';
import {escalation, handleSignals} from '../target/signals.ts';
import type {Arguments} from './arguments.ts';
import {clipboardWay} from './clipboard-way.ts';
import {coloursOf, inkOf} from './colours.ts';
import {onEmergency} from './emergency.ts';
import {createRowExport} from './export-rows.ts';
import {runHeadless} from './headless.ts';
import {printTail} from './output-tail.ts';
import {openSettings, settingsPath} from './settings.ts';
import {type Run, start} from './start.ts';
import {summarize} from './summary.ts';
import {tell} from './tell.ts';

/** How long the command may take to end when the person has asked for it. */
const graceMs = 5000;

/** Why netwatch leaves. */
type Leaving = {exitCode: number; commandRuns: boolean};

/** @returns the exit code */
export async function runOnScreen(options: Arguments, version: string): Promise<number> {
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
	const output = createOutput({
		stdoutLog: directory.stdoutLog,
		stderrLog: directory.stderrLog,
		now: session.now,
		copy,
		onNotice: message => session.say('info', 'output', message),
	});
	const {promise: leaving, resolve: leave} = deferred<Leaving>();
	const interrupt = escalation(command);
	const giveSignalsBack = handleSignals({
		mode: 'screen',
		command,
		escalate: interrupt,
		leave: (exitCode, hasEnded) => leave({exitCode, commandRuns: !hasEnded}),
	});
	const giveAllBack = survive();
	releaseSignals();

	const exported = createRowExport({directory: '.', now: session.now, say: session.say});
	const settings = openSettings(settingsPath(process.env), session.say);
	const colours = coloursOf(options.colour, process.env);
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
		initialFilter: options.filter,
		columns: settings.columns,
		actions: {
			interrupt,
			quit,
			showAll: on => session.apply({type: 'all', at: session.now(), on}),
			ignore: (rule, on) => session.apply({type: 'ignore', at: session.now(), rule, on}),
			forget: ids => session.apply({type: 'forget', at: session.now(), ids}),
			writeRows: exported.write,
			keepColumns: settings.keepColumns,
		},
		clipboard: clipboardWay(process.env),
		stdin: keys,
		stdout: process.stdout,
		ink: inkOf(process.env),
		colours,
	});

	const outputLook = setInterval(() => {
		// Nobody records: what changed is in the rows.
		session.model.takeChanges();
		changed();
	}, 250);

	let ended: Leaving | null = null;
	const exited = command.exited.then(async exit => {
		await session.ended(exit.exitCode, exit.signal);
		output.drain();
		changed();
		ended = {exitCode: exitCodeOf(exit), commandRuns: false};
		if (options.quitOnExit) leave(ended);
	});

	function quit(choice: QuitChoice): void {
		if (ended !== null) {
			leave(ended);
		} else if (choice === 'leave') {
			leave({exitCode: 0, commandRuns: true});
		} else {
			command.signal('SIGTERM');
			const timer = setTimeout(() => command.signal('SIGKILL'), graceMs);
			void exited.then(() => {
				clearTimeout(timer);
				if (ended !== null) leave(ended);
			});
		}
	}

	/** The terminal is gone (an SSH session that was cut): as if SIGHUP had come, which it does, but maybe later. */
	let isHungUp = false;
	function hangUp(): void {
		if (isHungUp) return;
		isHungUp = true;
		command.signal('SIGHUP');
		const timer = setTimeout(() => leave({exitCode: hangUpCode, commandRuns: true}), graceMs);
		void exited.then(() => {
			clearTimeout(timer);
			leave({exitCode: hangUpCode, commandRuns: false});
		});
	}

	for (const stream of [keys, process.stdout, process.stderr]) stream.on('error', hangUp);
	keys.on('end', hangUp);

	let failure: unknown;
	const screenGone = screen.exited.catch(async (error: unknown) => {
		if (!isTerminalGone(error)) {
			failure = error;
			return;
		}

		hangUp();
		await leaving;
	});
	const dutyDone = onEmergency(() => {
		process.stdout.write(leaveScreen);
		output.close();
		tell(whereItGoesOn(run));
	});
	const reason = (await Promise.race([leaving, screenGone])) ?? {exitCode: 125, commandRuns: ended === null};
	clearInterval(outputLook);
	await screen.unmount().catch(() => undefined);
	output.drain();
	output.close();
	await Promise.all([settings.settled(), exported.settled()]);
	await session.close();
	if (!reason.commandRuns) directory.remove();
	dutyDone();
	giveSignalsBack();
	giveAllBack();
	if (isHungUp) endByHangUp();
	keys.destroy();
	printTail(output, colours.depth);
	tell(summarize(session.model, session.now()));
	if (copy !== null) tell(`netwatch: ${copy.describe()}\n`);
	if (reason.commandRuns) tell(whereItGoesOn(run));
	if (failure !== undefined) throw failure;
	return reason.exitCode;
}

const whereItGoesOn = ({command, directory}: Run): string =>
	`netwatch: the command goes on as pid ${command.pid}; its output grows in ${directory.stdoutLog} and ` +
	`${directory.stderrLog}, which stay for a day after the last of it\n`;

/** Shows the cursor and leaves the alternate screen. */
const leaveScreen = '\x1b[?25h\x1b[?1049l';

/** 128 + SIGHUP */
const hangUpCode = 129;

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

function deferred<Value>(): {promise: Promise<Value>; resolve(value: Value): void} {
	let resolve: (value: Value) => void = () => {};
	const promise = new Promise<Value>(settle => {
		resolve = settle;
	});
	return {promise, resolve};
}
