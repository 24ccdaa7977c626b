import {spawn} from 'node:child_process';
import type {Outcome} from './types.ts';

export type RunOptions = {
	env: NodeJS.ProcessEnv;
	stdin?: string | undefined;
	/** In ms. */
	timeoutMs?: number | undefined;
	/** Ends it before its time. */
	until?: Promise<unknown>;
	/** Its first output ends it. */
	firstOutput?: boolean | undefined;
};

const defaultTimeoutMs = 5000;
const outputLimit = 64 * 1024 * 1024;

/**
 * Runs a program to its end. After its time, and with more than 64 MB of output, it is ended with all that it started.
 *
 * @returns How it went; never rejects.
 */
export const runTool = (
	[program = '', ...args]: readonly string[],
	{env, stdin = '', timeoutMs = defaultTimeoutMs, until, firstOutput = false}: RunOptions,
): Promise<Outcome> =>
	new Promise(resolve => {
		const began = performance.now();
		const chunks: {stdout: Buffer[]; stderr: Buffer[]} = {stdout: [], stderr: []};
		let bytes = 0;
		let slow = false;
		let missing = false;
		const child = spawn(program, args, {env, stdio: ['pipe', 'pipe', 'pipe'], detached: true});
		const kill = () => {
			try {
				// Once it was reaped, the number may be another's.
				if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
					process.kill(-child.pid, 'SIGKILL');
				}
			} catch {
				// It ended by itself just now.
			}
			// Who left its group may still hold the pipes.
			for (const stream of [child.stdout, child.stderr]) stream.destroy();
		};
		const timer = setTimeout(() => {
			slow = true;
			kill();
		}, timeoutMs);
		void until?.then(kill);
		for (const name of ['stdout', 'stderr'] as const) {
			child[name].on('data', (chunk: Buffer) => {
				bytes += chunk.length;
				if (bytes > outputLimit) kill();
				else chunks[name].push(chunk);
				if (firstOutput && name === 'stdout') kill();
			});
		}
		const finish = (exitCode: number | null) => {
			clearTimeout(timer);
			resolve({
				...{exitCode, missing, slow},
				stdout: Buffer.concat(chunks.stdout).toString('latin1'),
				stderr: Buffer.concat(chunks.stderr).toString('latin1'),
				tookMs: performance.now() - began,
			});
		};
		child.once('error', () => {
			missing = true;
			finish(null);
		});
		child.once('close', code => finish(code));
		child.stdin.on('error', () => {});
		child.stdin.end(stdin);
	});
