/**
 * Cleanup after a crash of netwatch: the terminal, the private files. An uncaught error ends netwatch with
 * the exit code of its own failures; the command runs on.
 */
import {writeSync} from 'node:fs';
import {constants} from 'node:os';
import {writeCrashReport} from '../files/crash-report.ts';
import {writeStderr} from './stderr.ts';

/** A synchronous cleanup; returns lines to print after all cleanups, '' for none. */
type CleanupHook = () => string;

const cleanupHooks = new Set<CleanupHook>();
let runInfo = {version: '', argv: [] as readonly string[]};

/** @returns a function that unregisters the cleanup */
export function addCleanupHook(hook: CleanupHook): () => void {
	cleanupHooks.add(hook);
	return () => cleanupHooks.delete(hook);
}

/**
 * Handles uncaught errors for the lifetime of netwatch.
 *
 * @param options.argv netwatch's own arguments; apparent secrets are left out of the crash report
 */
export function handleFatalErrors(options: {
	exitCode: number;
	version: string;
	argv: readonly string[];
}): void {
	runInfo = options;
	let isFailing = false;
	const fail = (error: unknown): void => {
		if (isFailing) return;
		isFailing = true;
		// The terminal first: a message on the alternate screen would be lost.
		const cleanupNotes = [...cleanupHooks].map(runCleanupHook).join('');
		// EPIPE, as in `netwatch doctor | head -1`, is no crash.
		if (isBrokenPipe(error)) exit(brokenPipeExitCode);
		writeStderrBestEffort(fatalErrorText(error) + cleanupNotes);
		exit(options.exitCode);
	};
	process.on('uncaughtException', fail);
	process.on('unhandledRejection', fail);
}

/** Writes a crash report. @returns the message for standard error */
export function fatalErrorText(error: unknown): string {
	const {version, argv} = runInfo;
	const path = writeCrashReport({error, version, argv, at: new Date()});
	const first = `netwatch: this is a fault of netwatch, not of the command: ${firstLineOf(error)}\n`;
	if (path !== null) return `${first}netwatch: what happened is written in ${path}\n`;
	return error instanceof Error && error.stack !== undefined ? `${first}${error.stack}\n` : first;
}

/** 128 + SIGPIPE, the status of other programs in this case */
const brokenPipeExitCode = 128 + constants.signals.SIGPIPE;

const isBrokenPipe = (error: unknown): boolean =>
	error instanceof Error &&
	'code' in error &&
	error.code === 'EPIPE' &&
	'syscall' in error &&
	error.syscall === 'write';

/** 'exit' listeners may throw, too: Node would then print its own message and set its own code. */
const exit = (code: number): never => {
	try {
		return process.exit(code);
	} catch {
		// Node emits 'exit' once: the second call runs no listeners.
		return process.exit(code);
	}
};

/** Last resort after a failed report: the simplest means, printable ASCII only. */
const writeStderrBestEffort = (text: string): void => {
	try {
		writeStderr(text);
	} catch {
		try {
			writeSync(2, text.replace(/[^ -~\n]/g, '?'));
		} catch {
			// The terminal is gone, or the device is full.
		}
	}
};

const runCleanupHook = (hook: CleanupHook): string => {
	try {
		return hook();
	} catch {
		// The remaining cleanups still run.
		return '';
	}
};

const firstLineOf = (error: unknown): string => {
	try {
		return String(error).split('\n')[0] ?? '';
	} catch {
		return 'what was thrown cannot be shown as text';
	}
};
