import {singleLine} from '../../../text/single-line.ts';
import {type Child, type ChildExit, type ChildOptions, spawnChild} from '../../child/child.ts';
import type {PortFilter, SsLayout} from '../commands.ts';

/** A running `ss -E`, restarted when it ends. */
export type SsEvents = {
	/** Restarts with another filter: no socket is missed, and for a moment some are reported twice. */
	setFilter: (filter: PortFilter | null) => void;
	/** The pid of the newest process; null while none runs. */
	readonly pid: number | null;
	close: () => Promise<void>;
};

export type SsEventsOptions = ChildOptions & {
	/** Descriptor of the output file. */
	stdoutDescriptor: number;
	/** Size limit of the file: ss ends there. */
	maxFileBytes: number;
	layout: SsLayout;
	/** The kernel or the reader fell behind, and ss ended: the number of lost sockets is unknown. */
	onOverflow: () => void;
	/** A process has ended, maybe within a line, and the next one has not started yet. */
	onExit: () => void;
	/** There will be no further restart. */
	onUnavailable: (reason: string) => void;
	/** Failed starts in a row after which there is no further try. */
	maxFailures?: number;
};

/** A process that ran this long, in ms, started without trouble. */
const stableAfterMs = 500;
/** The same where it ended with an error: on a busy host one that fails at once takes a while. */
const stableBeforeErrorMs = 10_000;
const minRestartMs = 20;
const maxRestartMs = 5000;
/** Time in ms for which the old and the new process overlap. */
const overlapMs = 300;
const maxStderrLength = 4096;
const blockBytes = 512;

/** Runs `ss -E`, which reports each destroyed TCP socket of the namespace with its last counters. */
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
		// The limits apply to ss, which replaces the shell, and to nothing else.
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
			// ss is installed: earlier queries used it.
			onUnavailable(
				'stdbuf not found: install coreutils (Debian: apt-get install coreutils, Alpine: apk add coreutils)',
			);
			return;
		}
		const overflowed = /No buffer space|SIGXFSZ/.test(`${stderr} ${reason}`);
		const wasStable = ranMs >= (overflowed || stderr === '' ? stableAfterMs : stableBeforeErrorMs);
		if (wasStable) failures = 0;
		if (overflowed) onOverflow();
		else if (!wasStable && ++failures >= maxFailures) {
			onUnavailable(`ss -E ${reason}: ${singleLine(stderr)}`);
			return;
		}
		// A socket that is destroyed before the restart is not reported.
		restartDelayMs = wasStable ? minRestartMs : Math.min(2 * restartDelayMs, maxRestartMs);
		schedule(restartDelayMs, start);
	};

	start();
	return {
		setFilter: chosen => {
			filter = chosen;
			// The pending start uses the new filter anyway.
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
