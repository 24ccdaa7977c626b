import {execFileSync} from 'node:child_process';
import {closeSync, constants, mkdtempSync, openSync, rmdirSync, statSync, unlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';

/** The files of one session, in directories that only this user can enter. */
export type SessionDir = {
	path: string;
	/** The FIFO that the hooks write to. */
	hookFifo: string;
	/** The FIFO that is the command's standard input while keys are read from the terminal. */
	stdinFifo: string;
	stdoutLog: string;
	stderrLog: string;
	/**
	 * Removes the files above and their directories. A foreign file stays, and its directory with it. May be
	 * called twice.
	 */
	remove(): void;
};

/** The names of a session's files. */
export const sessionFileNames: readonly string[] = ['hook.fifo', 'stdin.fifo', 'stdout.log', 'stderr.log'];

const temporaryDirectory = (env: NodeJS.ProcessEnv): string => resolve(env.TMPDIR || tmpdir());

/** The directories in which session directories are created. */
export const sessionParents = (env: NodeJS.ProcessEnv): string[] => {
	const runtime = safeRuntimeDir(env.XDG_RUNTIME_DIR);
	return runtime === null ? [temporaryDirectory(env)] : [runtime, temporaryDirectory(env)];
};

/**
 * Creates the private directory of one session.
 *
 * The FIFOs lie under `$XDG_RUNTIME_DIR` where that is safe, else in the temporary directory. The output
 * files always lie in the latter: the runtime directory is memory that the user's whole login shares.
 *
 * @throws where a directory, FIFO or file cannot be created; the message says what to do
 */
export const createSessionDir = (env: NodeJS.ProcessEnv = process.env): SessionDir => {
	const temporary = temporaryDirectory(env);
	const runtime = safeRuntimeDir(env.XDG_RUNTIME_DIR);
	const path = makePrivateDirectory(runtime ?? temporary);
	const directories = [path];
	const files: string[] = [];
	const remove = () => {
		for (const file of files) tryRemove(() => unlinkSync(file));
		for (const directory of directories) tryRemove(() => rmdirSync(directory));
	};
	try {
		const outputs = runtime === null ? path : makePrivateDirectory(temporary);
		if (outputs !== path) directories.push(outputs);
		const hookFifo = join(path, 'hook.fifo');
		const stdinFifo = join(path, 'stdin.fifo');
		files.push(hookFifo, stdinFifo);
		makeFifos([hookFifo, stdinFifo]);
		const stdoutLog = join(outputs, 'stdout.log');
		const stderrLog = join(outputs, 'stderr.log');
		for (const log of [stdoutLog, stderrLog]) {
			closeSync(openSync(log, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
			files.push(log);
		}
		return {path, hookFifo, stdinFifo, stdoutLog, stderrLog, remove};
	} catch (error) {
		remove();
		throw error;
	}
};

/** The runtime directory, if it is as the XDG Base Directory Specification requires; else null. */
const safeRuntimeDir = (path: string | undefined): string | null => {
	if (!path?.startsWith('/')) return null;
	try {
		const {mode, uid} = statSync(path);
		const isPrivate = (mode & constants.S_IFMT) === constants.S_IFDIR && (mode & 0o777) === 0o700;
		return isPrivate && uid === process.geteuid?.() ? path : null;
	} catch {
		return null;
	}
};

const makePrivateDirectory = (parent: string): string => {
	try {
		// mkdtemp(3) makes it with mode 0700.
		return mkdtempSync(join(parent, 'netwatch-'));
	} catch (cause) {
		throw new Error(
			`cannot make a private directory in ${parent}: ${describeError(cause)}. Set TMPDIR to a directory that you can write to.`,
			{cause},
		);
	}
};

const makeFifos = (paths: readonly string[]): void => {
	try {
		execFileSync('mkfifo', ['-m', '600', ...paths], {stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000});
	} catch (cause) {
		const advice = isMissing(cause)
			? 'the program mkfifo is missing. Install it (Debian: apt-get install coreutils, Alpine: apk add coreutils).'
			: `${describeError(cause)}. Set TMPDIR to a directory on a file system that has FIFOs.`;
		throw new Error(`cannot make the FIFO ${paths[0]}: ${advice}`, {cause});
	}
};

const tryRemove = (remove: () => void): void => {
	try {
		remove();
	} catch {
		// The directory is already gone, or a foreign file keeps it: both are fine.
	}
};

const isMissing = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The reason for a failed call, or for a failed program: the last line of its standard error. */
const describeError = (error: unknown): string => {
	if (!(error instanceof Error)) return String(error);
	const stderr = 'stderr' in error ? String(error.stderr ?? '').trim() : '';
	return stderr === '' ? error.message : (stderr.split('\n').at(-1) ?? error.message);
};
