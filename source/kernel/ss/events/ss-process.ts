import {singleLine} from '../../../text/single-line.ts';
import {type Child, type ChildExit, type ChildOptions, spawnChild} from '../../child/child.ts';
import type {PortFilter, SsLayout} from '../commands.ts';

/** An `ss -E` that runs, and runs again when it ends. */
export type SsEvents = {
	/** Goes on with another filter: nothing is missed, and for a moment some sockets are told twice. */
	setFilter: (filter: PortFilter | null) => void;
	/** The pid of the newest one; null while none runs. */
	readonly pid: number | null;
	close: () => Promise<void>;
};

export type SsEventsOptions = ChildOptions & {
	/** Where it writes. */
	stdoutDescriptor: number;
	/** Most bytes that the file may have: ss ends there. */
	maxFileBytes: number;
	layout: SsLayout;
	/** The kernel, or who reads, could not follow, and ss ended: nobody knows how many sockets were not told. */
	onOverflow: () => void;
	/** One has ended, maybe amid a line, and the next one is not started yet. */
	onExit: () => void;
	/** It runs no more. */
	onUnavailable: (reason: string) => void;
	/** Starts that fail in a row, after which it is not tried again. */
	maxFailures?: number;
};

/** One that ran for so long had no trouble to start. */
const stableAfterMs = 500;
const minRestartMs = 20;
const maxRestartMs = 5000;
/** How long two run while one replaces the other. */
const overlapMs = 300;
const maxStderrLength = 4096;
const blockBytes = 512;

/**
 * Runs `ss -E`, which tells of each TCP socket of the namespace when it ends, with its last counters.
 */
export const startSsEvents = (options: SsEventsOptions): SsEvents => {
	const {stdoutDescriptor, maxFileBytes, onOverflow, onUnavailable, maxFailures = 3} = options;
	const running = new Set<Child>();
	const timers = new Set<NodeJS.Timeout>();
	let child: Child | null = null;
	let filter: PortFilter | null = null;
	let failures = 0;
	let restartDelayMs = minRestartMs;
	let closed = false;

	const schedule = (ms: number, action: () => void): void => {
		const timer = setTimeout(() => {
			timers.delete(timer);
			action();
		}, ms);
		timers.add(timer);
	};

	const start = (): void => {
		const command = `ss -E${options.layout}tnei${filter === null ? '' : ` '${filter}'`}`;
		// The limits are for what the shell becomes, and for nothing else.
		const script = `ulimit -c 0; ulimit -f ${maxFileBytes / blockBytes}; exec stdbuf -oL ${command}`;
		const startedAt = performance.now();
		const result = spawnChild(['/bin/sh', '-c', script], options, stdoutDescriptor);
		if (!result.ok) {
			onExit({reason: result.reason, missingTool: null}, '', 0);
			return;
		}
		const started = result.value;
		let stderr = '';
		child = started;
		running.add(started);
		started.stdin.end();
		started.stderr.on('data', (chunk: Buffer) => {
			stderr = (stderr + chunk.toString('latin1')).slice(-maxStderrLength);
		});
		void started.exited.then(exit => {
			running.delete(started);
			if (started === child) onExit(exit, stderr, performance.now() - startedAt);
		});
	};

	const onExit = ({reason, missingTool}: ChildExit, stderr: string, ranMs: number): void => {
		child = null;
		if (closed) return;
		options.onExit();
		if (missingTool !== null) {
			// ss is there: others have asked it.
			onUnavailable(
				'stdbuf not found: install coreutils (Debian: apt-get install coreutils, Alpine: apk add coreutils)',
			);
			return;
		}
		const wasStable = ranMs >= stableAfterMs;
		if (wasStable) failures = 0;
		if (/No buffer space|SIGXFSZ/.test(`${stderr} ${reason}`)) onOverflow();
		else if (!wasStable && ++failures >= maxFailures) {
			onUnavailable(`ss -E ${reason}: ${singleLine(stderr)}`);
			return;
		}
		// What ends now is not told.
		restartDelayMs = wasStable ? minRestartMs : Math.min(2 * restartDelayMs, maxRestartMs);
		schedule(restartDelayMs, start);
	};

	start();
	return {
		setFilter: chosen => {
			filter = chosen;
			// One that is about to be started takes it anyway.
			if (child === null || closed) return;
			const last = child;
			start();
			schedule(overlapMs, last.kill);
		},
		get pid() {
			return child?.pid ?? null;
		},
		close: async () => {
			closed = true;
			for (const timer of timers) clearTimeout(timer);
			const children = [...running];
			for (const one of children) one.kill();
			await Promise.all(children.map(one => one.exited));
		},
	};
};
