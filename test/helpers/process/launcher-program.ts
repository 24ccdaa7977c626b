import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import {afterAll, onTestFinished} from 'vitest';
import {temporaryDirectory} from './temporary-directory.ts';
import {untilFile} from './until.ts';

export const isAlive = (pid: number): boolean => {
	try {
		// A zombie answers a signal, but is no longer there.
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
};

/** Ends a process (or with a negative number a group) with the test, however it ends. */
export const endWithTest = (pid: number): void => {
	onTestFinished(() => {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// The process has ended by itself.
		}
	});
};

export type LauncherOptions = {
	mode: 'screen' | 'headless' | 'json';
	argv: readonly [string, ...string[]];
	isStdinTerminal?: boolean;
	graceMs?: number;
	/** Removes the directory it runs in before it starts the command. */
	removeCwd?: boolean;
	/** Stays after the command has ended, as the screen does. */
	stay?: boolean;
};

export type Launcher = {
	process: ChildProcess;
	/** The command's pid and its files. */
	started(): Promise<{pid: number; stdoutLog: string; stderrLog: string; stdinFifo: string}>;
	/** The launcher's exit code and what it wrote. */
	ended: Promise<{exitCode: number | null; signal: string | null; stdout: string; stderr: string}>;
};

/** A program of its own that starts a command as netwatch does, so that it can be signalled and killed. */
export const startLauncher = (options: LauncherOptions, input = ''): Launcher => {
	const directory = temporaryDirectory();
	const report = join(directory, 'report.json');
	const child = spawn(process.execPath, [launcherProgram(), JSON.stringify({...options, report})], {
		stdio: ['pipe', 'pipe', 'pipe'],
		env: {...process.env, TMPDIR: directory, XDG_RUNTIME_DIR: ''},
	});
	if (child.pid !== undefined) endWithTest(child.pid);
	child.stdin.on('error', () => {});
	child.stdin.end(input);
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', chunk => {
		stdout += chunk;
	});
	child.stderr.on('data', chunk => {
		stderr += chunk;
	});
	return {
		process: child,
		async started() {
			const [text] = await untilFile(report, /^\{.*\}$/);
			const found = JSON.parse(text);
			endWithTest(options.mode === 'screen' ? -found.pid : found.pid);
			return found;
		},
		ended: new Promise(resolve => {
			child.on('close', (exitCode, signal) => resolve({exitCode, signal, stdout, stderr}));
		}),
	};
};

let built: {directory: string; program: string} | undefined;

afterAll(() => {
	if (built !== undefined) rmSync(built.directory, {recursive: true, force: true});
	built = undefined;
});

/** The launcher as one file of plain JavaScript: it starts in a fraction of the time. */
export const launcherProgram = (): string => {
	if (built !== undefined) return built.program;
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-test-'));
	built = {directory, program: join(directory, 'launcher.mjs')};
	buildSync({
		entryPoints: [fileURLToPath(new URL('../../programs/launcher/launcher.ts', import.meta.url))],
		outfile: built.program,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		banner: {
			js: "import {createRequire as __createRequire} from 'node:module';\nconst require = __createRequire(import.meta.url);",
		},
		logLevel: 'error',
	});
	return built.program;
};
