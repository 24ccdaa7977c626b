import {join, resolve} from 'node:path';
import {sanitize} from '../text/sanitize.ts';
import {canExecute, exists, findExecutable, isDirectory, isFile, readHead} from './find-file.ts';

/** A failed start of the command, with the exit codes of env(1) and timeout(1). */
export type StartFailure = {
	ok: false;
	/** 127 not found, 126 found but cannot be executed, 125 anything else. */
	exitCode: 125 | 126 | 127;
	message: string;
	cause: unknown;
};

/**
 * Explains why a command could not be started, and what to do.
 *
 * @param cause the error of the start
 * @param command the command's words as given
 * @param env the command's environment: its PATH was searched for the command
 */
export const explainStartFailure = (
	cause: unknown,
	command: string,
	env: NodeJS.ProcessEnv,
): StartFailure => {
	const fail = (exitCode: StartFailure['exitCode'], why: string): StartFailure => ({
		ok: false,
		exitCode,
		message: sanitize(`cannot start ${JSON.stringify(command)}: ${why}`),
		cause,
	});
	const directory = currentDirectory();
	if (directory === null || !exists(directory)) return fail(125, 'the current directory was removed.');
	if (!canExecute(directory))
		return fail(125, `this user may not enter the current directory, ${directory}.`);
	const code = errorCode(cause);
	const file = findExecutable(command, env.PATH);
	// A PATH directory without search permission makes it EACCES; shells say "not found" all the same.
	const isNotFound = file === null && (code === 'ENOENT' || (code === 'EACCES' && !command.includes('/')));
	if (command === '' || isNotFound) return fail(127, notFoundReason(command));
	if (code === 'ENOENT') return fail(127, interpreterReason(file ?? command));
	if (code === 'EACCES' || code === 'ENOEXEC' || code === 'EPERM' || code === 'ENOTDIR' || code === 'ELOOP')
		return fail(126, notExecutableReason(file ?? command, code));
	return fail(125, errorHints[code] ?? (cause instanceof Error ? cause.message : String(cause)));
};

const errorHints: Record<string, string> = {
	E2BIG: 'its arguments and environment are too long for this system.',
	EMFILE: 'netwatch has too many files open. Raise the limit: ulimit -n',
	ENFILE: 'the system has too many files open.',
	EAGAIN: 'the system does not allow another process. Look at: ulimit -u',
	ENOMEM: 'there is not enough memory for another process.',
	ETXTBSY: 'the file is being written. Try again when that is done.',
};

const notFoundReason = (command: string): string => {
	const runner = /\.[cm]?js$/.test(command) ? 'node' : /\.[cm]?tsx?$/.test(command) ? 'tsx' : null;
	if (runner !== null && exists(command)) return `it is a script. Run it with: ${runner} ${command}`;
	if (command.includes('/')) return `there is no such file (${resolve(command)}).`;
	const notInPath = 'there is no program of this name in PATH.';
	if (command === '') return notInPath;
	if (isFile(command)) return `${notInPath} The file here is run as: ./${command}`;
	if (isFile(join('node_modules/.bin', command)))
		return `${notInPath} This project's own is run as: npx ${command}`;
	return notInPath;
};

// #!/usr/bin/env node
const interpreterReason = (file: string): string => {
	const [, interpreter] = /^#![ \t]*([^\s]+\r?)/.exec(readHead(file)) ?? [];
	if (interpreter === undefined)
		return `${file} is there, but not the loader it needs: was it built for another system or C library?`;
	if (interpreter.endsWith('\r'))
		return `the first line of ${file} ends as on Windows (CR LF). Mend it with: sed -i 's/\\r$//' ${file}`;
	return `its interpreter ${interpreter}, named in the first line of ${file}, does not exist.`;
};

const notExecutableReason = (file: string, code: string): string => {
	if (isDirectory(file)) return `${file} is a directory.`;
	if (code === 'ENOTDIR') return `a part of ${file} is a file, not a directory.`;
	if (code === 'ELOOP') return `${file} is a symbolic link that leads in a circle.`;
	if (code === 'ENOEXEC') return `${file} is not a program that this system can run.`;
	if (!exists(file)) return `this user may not enter a directory on the way to ${file}.`;
	if (canExecute(file))
		return `the system refuses to execute ${file} (${code}). Is its file system mounted noexec?`;
	const script = /\.[cm]?js$/.test(file) ? ` or run it with: node ${file}` : '';
	return `${file} is not executable. Make it so with: chmod +x ${file}${script}`;
};

const currentDirectory = (): string | null => {
	try {
		return process.cwd();
	} catch {
		return null;
	}
};

const errorCode = (error: unknown): string =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
