/**
 * What must be put right when netwatch itself fails: the terminal, the private files. An error that nobody caught
 * ends netwatch with the code of its own failures, and the command goes on.
 */
import {writeSync} from 'node:fs';
import {constants} from 'node:os';
import {writeCrashReport} from '../files/crash-report.ts';
import {writeStderr} from './stderr.ts';

/** Puts something right, at once; returns lines that are to be told after it all, '' for none. */
type CleanupHook = () => string;

const cleanupHooks = new Set<CleanupHook>();
let runInfo = {version: '', argv: [] as readonly string[]};

/** @returns takes the duty back */
export function addCleanupHook(hook: CleanupHook): () => void {
	cleanupHooks.add(hook);
	return () => cleanupHooks.delete(hook);
}

/**
 * Takes errors that nobody catches, for as long as netwatch lives.
 *
 * @param options.argv netwatch's own arguments; what looks like a secret in them is not written down
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
		// The terminal first: nothing can be read on a screen that nobody leaves.
		const cleanupNotes = [...cleanupHooks].map(runCleanupHook).join('');
		// Nobody reads any more what is written (netwatch doctor | head -1): that is no fault.
		if (isBrokenPipe(error)) exit(brokenPipeExitCode);
		writeStderrBestEffort(fatalErrorText(error) + cleanupNotes);
		exit(options.exitCode);
	};
	process.on('uncaughtException', fail);
	process.on('unhandledRejection', fail);
}

/** @returns what to tell of a fault of netwatch's own, which is written down with all that helps to mend it */
export function fatalErrorText(error: unknown): string {
	const {version, argv} = runInfo;
	const path = writeCrashReport({error, version, argv, at: new Date()});
	const first = `netwatch: this is a fault of netwatch, not of the command: ${firstLineOf(error)}\n`;
	if (path !== null) return `${first}netwatch: what happened is written in ${path}\n`;
	return error instanceof Error && error.stack !== undefined ? `${first}${error.stack}\n` : first;
}

/** 128 + SIGPIPE, of which other programs die then */
const brokenPipeExitCode = 128 + constants.signals.SIGPIPE;

const isBrokenPipe = (error: unknown): boolean =>
	error instanceof Error &&
	'code' in error &&
	error.code === 'EPIPE' &&
	'syscall' in error &&
	error.syscall === 'write';

/** Whatever waits for the end may fail, too: then Node would end with a code of its own, and its own words. */
const exit = (code: number): never => {
	try {
		return process.exit(code);
	} catch {
		// Nobody is told of the end a second time.
		return process.exit(code);
	}
};

/** Where what is usually done to say something has failed: with as little as can be had, printable ASCII alone. */
const writeStderrBestEffort = (text: string): void => {
	try {
		writeStderr(text);
	} catch {
		try {
			writeSync(2, text.replace(/[^ -~\n]/g, '?'));
		} catch {
			// The terminal is gone, or has no room.
		}
	}
};

const runCleanupHook = (hook: CleanupHook): string => {
	try {
		return hook();
	} catch {
		// The next one still has to be done.
		return '';
	}
};

const firstLineOf = (error: unknown): string => {
	try {
		return String(error).split('\n')[0] ?? '';
	} catch {
		return 'what was thrown cannot be told as text';
	}
};
