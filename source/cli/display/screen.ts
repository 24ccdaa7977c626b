/** Screen mode: keys from the terminal, the command in its own session, its output in a tab. */
import type tty from 'node:tty';
import {exitCodeOf} from '../../launcher/launch.ts';
import {type OutputCopy, openOutputCopy} from '../../launcher/output/copy.ts';
import {createCommandOutput} from '../../launcher/output/output.ts';
import {createEscalation, handleSignals} from '../../launcher/signals/forward.ts';
import {ignoreSignals} from '../../launcher/signals/queue.ts';
import type {Preparation} from '../../session/launched/preparation.ts';
import {startSession} from '../../session/launched/start.ts';
import type {RunArguments} from '../../session/options.ts';
import {createRowExport} from '../files/export-rows.ts';
import {filterHistoryPath, openFilterHistory} from '../files/filter-history.ts';
import {openSettings, settingsPath} from '../files/settings.ts';
import {failureCode} from '../options/arguments.ts';
import {clipboardTransport} from '../process/clipboard-transport.ts';
import {detachedNotice} from '../process/detached-notice.ts';
import {addCleanupHook, fatalErrorText} from '../process/fatal-errors.ts';
import {missingRights} from '../process/missing-rights.ts';
import {printTail} from '../process/output-tail.ts';
import {createShutdown} from '../process/shutdown.ts';
import {writeStderr} from '../process/stderr.ts';
import {handleSuspend} from '../process/suspend.ts';
import {glyphSetOf, terminalColors} from '../process/terminal-colors.ts';
import {captureWarnings} from '../process/warnings.ts';
import {createOutputList} from './output-list.ts';
import {createScreenOutput} from './screen-output.ts';

/** Time between two drains, each a signal to the screen: new output of the command is noticed this late, in ms. */
const screenSignalMs = 250;

/** @returns the exit code */
export async function runOnScreen(
	preparation: Preparation,
	options: RunArguments,
	version: string,
	keys: tty.ReadStream,
): Promise<number> {
	let outputCopy = null as OutputCopy | null;
	let onCopyFailure = (_message: string): void => {};
	const screenOutput = createScreenOutput();
	/** Ink and React take longer to load than all the rest: ss gets ready in the namespace meanwhile. */
	const load = () => import('../../screen/index.tsx');
	const launched = await startSession(preparation, options, 'screen', process.stdin.isTTY, {
		outputs(model) {
			if (options.outputFile !== null)
				outputCopy = openOutputCopy(options.outputFile, message => onCopyFailure(message));
			return [screenOutput, ...createOutputList({options, version, model})];
		},
		drainMs: screenSignalMs,
		load,
	});
	if (!('session' in launched)) {
		writeStderr(`netwatch: ${launched.message}\n`);
		return launched.exitCode;
	}

	const {session, directory, target, releaseSignals} = launched;
	const {startScreen} = await load();
	onCopyFailure = message => session.addNotice('warn', 'output', message);
	const output = createCommandOutput({
		stdoutLog: directory.stdoutLog,
		stderrLog: directory.stderrLog,
		now: session.now,
		copy: outputCopy,
		onNotice: message => session.addNotice('info', 'output', message),
	});
	let hasCommandExited = false;
	const ended = target.exited.then(async exit => {
		await session.targetEnded(exit);
		output.drain();
		screenOutput.notify();
		hasCommandExited = true;
		return exitCodeOf(exit);
	});
	const shutdown = createShutdown({target, ended, onHangup: options.onHangup});
	if (options.quitOnExit)
		void ended.then(exitCode => shutdown.request({exitCode, commandKeepsRunning: false}));
	const escalateSignal = createEscalation(target);
	const releaseSignalHandlers = handleSignals({
		mode: 'screen',
		command: target,
		escalate: escalateSignal,
		exit: (exitCode, hasEnded) => shutdown.request({exitCode, commandKeepsRunning: !hasEnded}),
		endOnHangUp: options.onHangup === 'end',
	});
	const restoreDefaultSignals = ignoreSignals();
	releaseSignals();

	const rowExport = createRowExport({directory: '.', now: session.now, addNotice: session.addNotice});
	const settings = openSettings(settingsPath(process.env), session.addNotice);
	const colors = terminalColors(options.color, process.env);
	const history = openFilterHistory(filterHistoryPath(process.env), session.addNotice);
	const screen = startScreen({
		model: session.model,
		output,
		subscribe: screenOutput.subscribe,
		now: session.now,
		missingRights: missingRights(),
		initialFilter: options.filter,
		columns: settings.columns,
		filterHistory: history.filters,
		actions: {
			interrupt: escalateSignal,
			quit: shutdown.quit,
			suspend: () => suspension.suspend(),
			showAllSockets: on => session.apply({type: 'all', at: session.now(), on}),
			silenceRule: (rule, on) => session.apply({type: 'ignore', at: session.now(), rule, on}),
			forgetRows: ids => session.apply({type: 'forget', at: session.now(), ids}),
			writeRows: rowExport.write,
			saveColumns: settings.saveColumns,
			saveFilter: history.remember,
		},
		clipboardTransport: clipboardTransport(process.env),
		stdin: keys,
		stdout: process.stdout,
		glyphSet: glyphSetOf(process.env),
		// The glyph set of digits stands for a locale without UTF-8.
		isAscii: glyphSetOf(process.env) === 'digits',
		isScreenReader: options.screenReader || process.env.INK_SCREEN_READER === 'true',
		colors,
	});

	const restoreWarnings = captureWarnings(message => session.addNotice('info', 'netwatch', message));
	const suspension = handleSuspend({
		release: screen.release,
		reacquire: screen.reclaim,
		onRefused: why => session.addNotice('warn', 'terminal', why),
		target,
	});
	for (const stream of [keys, process.stdout, process.stderr]) stream.on('error', shutdown.hangup);
	keys.on('end', shutdown.hangup);

	let failure: unknown;
	const screenExited = screen.exited.catch(async (error: unknown) => {
		if (!isTerminalGoneError(error)) {
			failure = error;
			return;
		}

		shutdown.hangup();
		await shutdown.requested;
	});
	const removeCleanupHook = addCleanupHook(() => {
		screen.release();
		output.close();
		return hasCommandExited ? '' : detachedNotice(launched);
	});
	const reason = (await Promise.race([shutdown.requested, screenExited])) ?? {
		exitCode: failureCode,
		commandKeepsRunning: !hasCommandExited,
	};
	await screen.unmount().catch(() => undefined);
	output.drain();
	output.close();
	await Promise.all([settings.flushed(), history.flushed(), rowExport.flushed()]);
	await session.close();
	if (!reason.commandKeepsRunning) directory.remove();
	suspension.close();
	restoreWarnings();
	removeCleanupHook();
	releaseSignalHandlers();
	restoreDefaultSignals();
	if (shutdown.isTerminalGone) exitBySighup();
	keys.destroy();
	printTail(output, colors.depth);
	await session.endOutputs();
	if (outputCopy !== null) writeStderr(`netwatch: ${outputCopy.describe()}\n`);
	if (failure !== undefined) writeStderr(fatalErrorText(failure));
	if (reason.commandKeepsRunning) writeStderr(detachedNotice(launched));
	return reason.exitCode;
}

const isTerminalGoneError = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EPIPE');

/** process.exit() resets the terminal, and aborts when the terminal is gone. */
function exitBySighup(): void {
	process.removeAllListeners('SIGHUP');
	process.kill(process.pid, 'SIGHUP');
}
