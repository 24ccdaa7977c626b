/** Reports of netwatch's own crashes, for its maintainers: no environment, no secret arguments. */
import {closeSync, constants, openSync, readdirSync, unlinkSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {redactArgv} from '../../shared/redact.ts';
import {sanitize} from '../../text/sanitize.ts';
import {stateDirectory} from './state-directory.ts';

export type Crash = {
	error: unknown;
	version: string;
	/** Netwatch's own arguments, the command's among them. */
	argv: readonly string[];
	at: Date;
};

/** Number of reports kept, this one included. */
const reportLimit = 10;
const lineLimit = 200;
const causeLimit = 5;
const reportName = /^crash-\d{8}T\d{6}Z-\d+\.txt$/;

/**
 * Writes a crash report into the state directory, readable by this user alone, and removes the oldest
 * reports.
 *
 * @returns its path; null when it cannot be written
 */
export const writeCrashReport = (crash: Crash, env: NodeJS.ProcessEnv = process.env): string | null => {
	const directory = stateDirectory(env);
	if (directory === null) return null;
	try {
		const path = join(directory, `crash-${fileTimestamp(crash.at)}-${process.pid}.txt`);
		const {O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY} = constants;
		const fd = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
		try {
			writeSync(fd, crashReportText(crash));
		} finally {
			closeSync(fd);
		}

		removeOldest(directory);
		return path;
	} catch {
		return null;
	}
};

/** The report as text, free of control sequences. */
export const crashReportText = ({error, version, argv, at}: Crash): string => {
	const {heapUsed, rss} = process.memoryUsage();
	const lines = [
		`netwatch ${version} failed at ${at.toISOString()}, after ${Math.round(process.uptime())} s`,
		`node ${process.version} on ${process.platform} ${process.arch}`,
		`memory: ${mebibytes(heapUsed)} of JavaScript, ${mebibytes(rss)} in all`,
		`arguments: ${redactArgv(argv).join(' ')}`,
		'',
		...errorLines(error).slice(0, lineLimit),
	];
	return `${lines.map(sanitize).join('\n')}\n`;
};

/** An error with its causes; passwords in the addresses of messages are removed. */
const errorLines = (error: unknown, depth = 0): string[] => {
	const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
	const lines = text.split('\n').flatMap(line => redactArgv([line]));
	if (!(error instanceof Error) || error.cause === undefined || depth >= causeLimit) return lines;
	const [first = '', ...others] = errorLines(error.cause, depth + 1);
	return [...lines, `caused by ${first}`, ...others];
};

const removeOldest = (directory: string): void => {
	const reports = readdirSync(directory).filter(name => reportName.test(name));
	for (const name of reports.sort().slice(0, -reportLimit)) {
		try {
			unlinkSync(join(directory, name));
		} catch {
			// Another netwatch may remove the same file.
		}
	}
};

/** 20261123T031500Z: names sort by time. */
const fileTimestamp = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
