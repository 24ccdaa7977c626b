import {oneLine} from '../../../text/single-line.ts';
import {type Helper, type HelperEnd, type HelperOptions, startHelper} from '../../child/child.ts';
import type {PortFilter, SsLayout} from '../commands.ts';

/** An `ss -E` that runs, and runs again when it ends. */
export type SsEvents = {
	/** Goes on with another filter: nothing is missed, and for a moment some sockets are told twice. */
	filter: (filter: PortFilter | null) => void;
	/** The pid of the newest one; null while none runs. */
	readonly pid: number | null;
	close: () => Promise<void>;
};

export type SsEventsOptions = HelperOptions & {
	/** Where it writes. */
	output: number;
	/** Most bytes that the file may have: ss ends there. */
	limitBytes: number;
	layout: SsLayout;
	/** The kernel, or who reads, could not follow, and ss ended: nobody knows how many sockets were not told. */
	onOverflow: () => void;
	/** One has ended, maybe amid a line, and the next one is not started yet. */
	onExit: () => void;
	/** It runs no more. */
	onEnd: (reason: string) => void;
	/** Starts that fail in a row, after which it is not tried again. */
	failuresAllowed?: number;
};

/** One that ran for so long had no trouble to start. */
const startedMs = 500;
const firstPauseMs = 20;
const longestPauseMs = 5000;
/** How long two run while one replaces the other. */
const overlapMs = 300;
const stderrLimit = 4096;
const blockBytes = 512;

/**
 * Runs `ss -E`, which tells of each TCP socket of the namespace when it ends, with its last counters.
 */
export const startSsEvents = (options: SsEventsOptions): SsEvents => {
	const {output, limitBytes, onOverflow, onEnd, failuresAllowed = 3} = options;
	const running = new Set<Helper>();
	const timers = new Set<NodeJS.Timeout>();
	let helper: Helper | null = null;
	let filter: PortFilter | null = null;
	let failures = 0;
	let pauseMs = firstPauseMs;
	let closed = false;

	const after = (ms: number, action: () => void): void => {
		const timer = setTimeout(() => {
			timers.delete(timer);
			action();
		}, ms);
		timers.add(timer);
	};

	const start = (): void => {
		const words = `ss -E${options.layout}tnei${filter === null ? '' : ` '${filter}'`}`;
		// The limits are for what the shell becomes, and for nothing else.
		const script = `ulimit -c 0; ulimit -f ${limitBytes / blockBytes}; exec stdbuf -oL ${words}`;
		const startedAt = performance.now();
		const answer = startHelper(['/bin/sh', '-c', script], options, output);
		if (!answer.ok) {
			onExit({why: answer.reason, missing: null}, '', 0);
			return;
		}
		const started = answer.value;
		let stderr = '';
		helper = started;
		running.add(started);
		started.stdin.end();
		started.stderr.on('data', (chunk: Buffer) => {
			stderr = (stderr + chunk.toString('latin1')).slice(-stderrLimit);
		});
		void started.ended.then(end => {
			running.delete(started);
			if (started === helper) onExit(end, stderr, performance.now() - startedAt);
		});
	};

	const onExit = ({why, missing}: HelperEnd, stderr: string, livedMs: number): void => {
		helper = null;
		if (closed) return;
		options.onExit();
		if (missing !== null) {
			// ss is there: others have asked it.
			onEnd(
				'stdbuf not found: install coreutils (Debian: apt-get install coreutils, Alpine: apk add coreutils)',
			);
			return;
		}
		const hasRun = livedMs >= startedMs;
		if (hasRun) failures = 0;
		if (/No buffer space|SIGXFSZ/.test(`${stderr} ${why}`)) onOverflow();
		else if (!hasRun && ++failures >= failuresAllowed) {
			onEnd(`ss -E ${why}: ${oneLine(stderr)}`);
			return;
		}
		// What ends now is not told.
		pauseMs = hasRun ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
		after(pauseMs, start);
	};

	start();
	return {
		filter: chosen => {
			filter = chosen;
			// One that is about to be started takes it anyway.
			if (helper === null || closed) return;
			const last = helper;
			start();
			after(overlapMs, last.kill);
		},
		get pid() {
			return helper?.pid ?? null;
		},
		close: async () => {
			closed = true;
			for (const timer of timers) clearTimeout(timer);
			const last = [...running];
			for (const one of last) one.kill();
			await Promise.all(last.map(one => one.ended));
		},
	};
};
