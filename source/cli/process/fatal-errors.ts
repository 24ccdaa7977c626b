/**
 * What must be put right when netwatch itself fails: the terminal, the private files. An error that nobody caught
 * ends netwatch with the code of its own failures, and the command goes on.
 */
import {writeSync} from 'node:fs';
import {constants} from 'node:os';
import {writeCrashReport} from '../files/crash-report.ts';
import {tell} from './stderr.ts';

/** Puts something right, at once; returns lines that are to be told after it all, '' for none. */
type Duty = () => string;

const duties = new Set<Duty>();
let about = {version: '', argv: [] as readonly string[]};

/** @returns takes the duty back */
export function onEmergency(duty: Duty): () => void {
	duties.add(duty);
	return () => duties.delete(duty);
}

/**
 * Takes errors that nobody catches, for as long as netwatch lives.
 *
 * @param options.argv netwatch's own arguments; what looks like a secret in them is not written down
 */
export function handleUncaught(options: {exitCode: number; version: string; argv: readonly string[]}): void {
	about = options;
	let isFailing = false;
	const fail = (error: unknown): void => {
		if (isFailing) return;
		isFailing = true;
		// The terminal first: nothing can be read on a screen that nobody leaves.
		const lastWords = [...duties].map(done).join('');
		// Nobody reads any more what is written (netwatch doctor | head -1): that is no fault.
		if (isReaderGone(error)) exit(readerGoneCode);
		tellAtAnyRate(failureText(error) + lastWords);
		exit(options.exitCode);
	};
	process.on('uncaughtException', fail);
	process.on('unhandledRejection', fail);
}

/** @returns what to tell of a fault of netwatch's own, which is written down with all that helps to mend it */
export function failureText(error: unknown): string {
	const {version, argv} = about;
	const path = writeCrashReport({error, version, argv, at: new Date()});
	const first = `netwatch: this is a fault of netwatch, not of the command: ${summaryOf(error)}\n`;
	if (path !== null) return `${first}netwatch: what happened is written in ${path}\n`;
	return error instanceof Error && error.stack !== undefined ? `${first}${error.stack}\n` : first;
}

/** 128 + SIGPIPE, of which other programs die then */
const readerGoneCode = 128 + constants.signals.SIGPIPE;

const isReaderGone = (error: unknown): boolean =>
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
const tellAtAnyRate = (text: string): void => {
	try {
		tell(text);
	} catch {
		try {
			writeSync(2, text.replace(/[^ -~\n]/g, '?'));
		} catch {
			// The terminal is gone, or has no room.
		}
	}
};

const done = (duty: Duty): string => {
	try {
		return duty();
	} catch {
		// The next one still has to be done.
		return '';
	}
};

const summaryOf = (error: unknown): string => {
	try {
		return String(error).split('\n')[0] ?? '';
	} catch {
		return 'what was thrown cannot be told as text';
	}
};
