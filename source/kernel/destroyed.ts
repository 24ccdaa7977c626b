import type {KernelSocket} from '../model/kernel-types.ts';
import {type Helper, type HelperEnd, type HelperOptions, startHelper} from './helper.ts';
import {handOn} from './look.ts';
import {oneLine} from './one-line.ts';
import {type OverflowFile, openOverflowFile} from './overflow-file.ts';
import type {KernelEvents} from './reader.ts';
import {createTableParser} from './table-parser.ts';
import {hasOneLine, type SsVersion} from './version.ts';

/** What was told of sockets that ended, and what was not. */
export type DestroyedCounts = {
	/** Lines that were read. */
	lines: number;
	/** Lines that were left out, because there were more than could be read. */
	dropped: number;
	/** How often ss ended because the kernel had more to tell than it could take: nobody knows how many. */
	overflows: number;
};

export type Destroyed = {
	readonly counts: Readonly<DestroyedCounts>;
	close: () => Promise<void>;
};

export type DestroyedOptions = HelperOptions & {
	netns: string;
	version: SsVersion | null;
	/** Milliseconds since the epoch, with fractions. */
	now: () => number;
	events: Pick<KernelEvents, 'onPart' | 'onLookEnd'>;
	/** Each text may be said again. */
	say: (level: 'info' | 'warn', message: string) => void;
	/** Starts that fail in a row, after which it is not tried again. */
	failuresAllowed?: number;
};

/** Time between two looks at what ss has written, in ms. */
const readEveryMs = 50;
/** Most bytes of one look: about 2000 lines. */
const readAtOnce = 1024 * 1024;
/** More than this is not read any more: at 20,000 sockets a second, a second of them. */
const backlogBytes = 8 * 1024 * 1024;
/** In blocks of 512 bytes. A netwatch that is stopped reads nothing: ss ends at this size. */
const fileBlocks = 65_536;
/** One that ran for so long had no trouble to start. */
const startedMs = 1000;
const firstPauseMs = 100;
const longestPauseMs = 5000;
const stderrLimit = 4096;

/**
 * Runs `ss -E`, which tells of each TCP socket of the namespace when it ends, with its last counters: that is how
 * connections shorter than the time between two looks are known.
 *
 * ss writes to a file and not to a pipe. When a pipe is full ss waits, the kernel's own buffer runs over after some
 * hundred sockets, and ss ends: 10 ms in which netwatch does something else are enough at 20,000 sockets a second.
 *
 * The `at` of its parts is when they were read, at most a moment after the sockets ended.
 */
export const watchDestroyed = (options: DestroyedOptions): Destroyed => {
	const {netns, version, now, events, say, failuresAllowed = 3} = options;
	const counts: DestroyedCounts = {lines: 0, dropped: 0, overflows: 0};
	const option = hasOneLine(version) ? 'O' : '';
	// The limits are for what the shell becomes, and for nothing else.
	const command = [
		'/bin/sh',
		'-c',
		`ulimit -c 0; ulimit -f ${fileBlocks}; exec stdbuf -oL ss -E${option}Htnei`,
	];
	let file: OverflowFile | null = null;
	let helper: Helper | null = null;
	let timer: NodeJS.Timeout | null = null;
	let stderr = '';
	let startedAt = 0;
	let failures = 0;
	let pauseMs = firstPauseMs;
	let windowsShown = false;
	let reading: Promise<void> = Promise.resolve();
	let closed = false;

	const giveUp = (reason: string): void => {
		say('info', `connections between two looks have no last counters: ${reason}`);
		if (timer !== null) clearTimeout(timer);
		timer = null;
	};

	const start = (): void => {
		if (closed) return;
		const opened = file === null ? openOverflowFile('ss-events') : null;
		if (opened !== null && !opened.ok) {
			giveUp(opened.reason);
			return;
		}
		file = opened?.value ?? file;
		if (file === null) return;
		const answer = startHelper(command, options, file.descriptor);
		if (!answer.ok) {
			onEnd({why: answer.reason, missing: null});
			return;
		}
		const started = answer.value;
		helper = started;
		stderr = '';
		startedAt = performance.now();
		started.stdin.end();
		started.stderr.on('data', (chunk: Buffer) => {
			stderr = (stderr + chunk.toString('latin1')).slice(-stderrLimit);
		});
		void started.ended.then(end => started === helper && onEnd(end));
		timer ??= setTimeout(tick, readEveryMs);
	};

	const onEnd = ({why, missing}: HelperEnd): void => {
		helper = null;
		if (closed) return;
		// ss is there: other looks have asked it.
		if (missing !== null) {
			giveUp('stdbuf not found: install coreutils (Debian: apt-get install coreutils)');
			return;
		}
		if (/no buffer space|ended by SIGXFSZ/i.test(`${stderr}${why}`)) {
			counts.overflows++;
			say('info', 'more connections ended at once than ss could tell: some have no last counters');
		} else if (performance.now() - startedAt < startedMs && ++failures >= failuresAllowed) {
			giveUp(`ss -E ${why}: ${oneLine(stderr)}`);
			return;
		}
		if (performance.now() - startedAt > 2 * longestPauseMs) pauseMs = firstPauseMs;
		setTimeout(start, pauseMs).unref();
		pauseMs = Math.min(2 * pauseMs, longestPauseMs);
	};

	const tick = (): void => {
		reading = read().then(
			() => {
				if (!closed && timer !== null) timer = setTimeout(tick, readEveryMs);
			},
			error => {
				helper?.kill();
				helper = null;
				giveUp(error instanceof Error ? error.message : String(error));
			},
		);
	};

	const read = async (): Promise<void> => {
		if (file === null) return;
		const dropped = file.skip(backlogBytes);
		if (dropped > 0) {
			counts.dropped += dropped;
			say('info', 'more connections ended at once than could be read: some have no last counters');
		}
		const output = file.read(readAtOnce);
		if (output === null) return;
		const at = now();
		const parser = createTableParser(output, {version, multiline: option === '', windowsShown});
		const onPart = (sockets: readonly KernelSocket[]) =>
			events.onPart({netns, look: 'destroyed', at, sockets});
		if ((await handOn(parser, onPart, () => closed)) === null) return;
		({windowsShown} = parser);
		const {sockets, notUnderstood} = parser;
		counts.lines += sockets + notUnderstood.count;
		const tookMs = now() - at;
		events.onLookEnd({netns, look: 'destroyed', at, tookMs, sockets, notUnderstood, kinds: new Set(['tcp'])});
	};

	start();
	return {
		counts,
		close: async () => {
			closed = true;
			if (timer !== null) clearTimeout(timer);
			const last = helper;
			helper = null;
			last?.kill();
			await Promise.all([last?.ended, reading]);
			file?.close();
			file = null;
		},
	};
};
