/**
 * What must be put right when netwatch itself fails: the terminal, the private files. An error that nobody caught
 * ends netwatch with the code of its own failures, and the command goes on.
 */
import {constants} from 'node:os';
import {writeCrashReport} from './crash-report.ts';
import {tell} from './tell.ts';

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
		if (isReaderGone(error)) process.exit(readerGoneCode);
		tell(failureText(error) + lastWords);
		process.exit(options.exitCode);
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

const done = (duty: Duty): string => {
	try {
		return duty();
	} catch {
		// The next one still has to be done.
		return '';
	}
};

const summaryOf = (error: unknown): string => String(error).split('\n')[0] ?? '';
