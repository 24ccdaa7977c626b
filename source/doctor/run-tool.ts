import {spawn} from 'node:child_process';
import type {ToolResult} from './types.ts';

export type RunOptions = {
	env: NodeJS.ProcessEnv;
	stdin?: string | undefined;
	/** Time limit in ms. */
	timeoutMs?: number | undefined;
	/** Kills the program early. */
	abortWhen?: Promise<unknown>;
	/** The first output ends the run. */
	stopOnFirstOutput?: boolean | undefined;
};

const defaultTimeoutMs = 5000;
const maxOutputBytes = 64 * 1024 * 1024;

/**
 * Runs a program to its end. After its time limit, or more than 64 MB of output, the program is killed with
 * all processes that it started.
 *
 * @returns the outcome; never rejects
 */
export const runTool = (
	[program = '', ...args]: readonly string[],
	{env, stdin = '', timeoutMs = defaultTimeoutMs, abortWhen, stopOnFirstOutput = false}: RunOptions,
): Promise<ToolResult> =>
	new Promise(resolve => {
		const startedAt = performance.now();
		const chunks: {stdout: Buffer[]; stderr: Buffer[]} = {stdout: [], stderr: []};
		let bytes = 0;
		let timedOut = false;
		let notFound = false;
		const child = spawn(program, args, {env, stdio: ['pipe', 'pipe', 'pipe'], detached: true});
		const kill = () => {
			try {
				// After the child was reaped, its pid may be reused.
				if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
					process.kill(-child.pid, 'SIGKILL');
				}
			} catch {
				// The program has just ended by itself.
			}
			// A process that left the group may still hold the pipes.
			for (const stream of [child.stdout, child.stderr]) stream.destroy();
		};
		const timer = setTimeout(() => {
			timedOut = true;
			kill();
		}, timeoutMs);
		void abortWhen?.then(kill);
		for (const name of ['stdout', 'stderr'] as const) {
			child[name].on('data', (chunk: Buffer) => {
				bytes += chunk.length;
				if (bytes > maxOutputBytes) kill();
				else chunks[name].push(chunk);
				if (stopOnFirstOutput && name === 'stdout') kill();
			});
		}
		const finish = (exitCode: number | null) => {
			clearTimeout(timer);
			resolve({
				...{exitCode, notFound, timedOut},
				stdout: Buffer.concat(chunks.stdout).toString('latin1'),
				stderr: Buffer.concat(chunks.stderr).toString('latin1'),
				tookMs: performance.now() - startedAt,
			});
		};
		child.once('error', () => {
			notFound = true;
			finish(null);
		});
		child.once('close', code => finish(code));
		child.stdin.on('error', () => {});
		child.stdin.end(stdin);
	});
