import type {OutputLine, OutputView} from '../../text/output-line.ts';
import {plainStyle, styleAfter, type TextStyle} from '../../text/sgr.ts';
import type {OutputCopy} from './copy.ts';
import {type OutputFile, type OutputRead, openOutputFile, slowReaderReason} from './file.ts';
import {createLineSplitter, type LineSplitter} from './line-splitter.ts';
import {createOutputRing, defaultMaxLines} from './ring.ts';

export type CommandOutputOptions = {
	stdoutLog: string;
	stderrLog: string;
	/** Current time in ms since the epoch. */
	now?: () => number;
	intervalMs?: number;
	/** Receives all bytes of both streams, in the order of the reads; closed with the output. */
	copy?: OutputCopy | null;
	/** Called once for each notice. */
	onNotice?: (message: string) => void;
};

export type CommandOutput = OutputView & {
	/** Reads everything written until now: call it after the command's exit. */
	drain(): void;
	/**
	 * The end of the output, to be printed after the screen closes.
	 *
	 * @param lines most lines
	 * @param characters most characters in them
	 * @returns the last lines, oldest first
	 */
	tail(lines: number, characters: number): readonly OutputLine[];
	/** Copies everything written until now, and stops reading. The lines stay. */
	close(): void;
};

type Stream = {
	name: OutputLine['stream'];
	file: OutputFile;
	splitter: LineSplitter;
	/** The displayed line without a line feed, such as a prompt. */
	partialLine: OutputLine | null;
	/** The style in effect after the stream's complete lines. */
	style: TextStyle;
};

/**
 * Follows the files of the command's output, and holds the newest lines of both in the order of the reads.
 * Where the command writes faster than the lines can be read, older lines are counted and not held; beyond 4
 * MiB a read their number is an estimate.
 *
 * @throws where a file cannot be opened
 */
export const createCommandOutput = (options: CommandOutputOptions): CommandOutput => {
	const {stdoutLog, stderrLog, now = Date.now, intervalMs = 100, copy = null, onNotice} = options;
	const ring = createOutputRing();
	let version = 0;
	let trimFailureReported = false;
	let snapshot: {version: number; lines: readonly OutputLine[]} = {version, lines: []};

	const onTrimFailed = (reason: string) => {
		if (!trimFailureReported)
			onNotice?.(`the output of the command stays on the disk until netwatch ends: ${reason}`);
		trimFailureReported = true;
	};
	const openStream = (name: OutputLine['stream'], path: string): Stream => ({
		name,
		file: openOutputFile(path, onTrimFailed, copy),
		splitter: createLineSplitter(defaultMaxLines),
		partialLine: null,
		style: plainStyle,
	});
	const streams = [openStream('stdout', stdoutLog), openStream('stderr', stderrLog)];

	const applyRead = (stream: Stream, {chunk, skippedBytes, isRestarted}: OutputRead) => {
		if (isRestarted || skippedBytes > 0) {
			stream.splitter.reset(skippedBytes > 0);
			stream.partialLine = null;
			stream.style = plainStyle;
		}
		if (skippedBytes > 0) ring.removeStream(stream.name);
		const {lines, skipped, partial} = stream.splitter.push(chunk);
		const linesPerByte = (lines.length + skipped) / chunk.length;
		ring.countDropped(Math.round(skippedBytes * linesPerByte));
		if (skipped > 0) {
			// The displayed partial line is one of the skipped; it is counted when the ring drops it.
			ring.countDropped(skipped - (stream.partialLine === null ? 0 : 1));
			stream.partialLine = null;
			stream.style = plainStyle;
		}
		const texts = partial === '' ? lines : [...lines, partial];
		const at = now();
		const outputLines = texts.map((text, index): OutputLine => {
			const lineStartedAt = index === 0 ? stream.partialLine?.at : undefined;
			const {style} = stream;
			if (index < lines.length) stream.style = styleAfter(text, style);
			return {stream: stream.name, text, at: lineStartedAt ?? at, ...(style === plainStyle ? {} : {style})};
		});
		const continued = stream.partialLine === null ? undefined : outputLines[0];
		if (stream.partialLine !== null && continued !== undefined) ring.replace(stream.partialLine, continued);
		ring.push(continued === undefined ? outputLines : outputLines.slice(1));
		stream.partialLine = partial === '' ? null : (outputLines.at(-1) ?? null);
		version += 1;
	};
	const tryRead = (stream: Stream, read: () => void) => {
		try {
			read();
		} catch (error) {
			stream.file.close();
			onNotice?.(`the ${stream.name} of the command cannot be read any more: ${String(error)}`);
		}
	};
	/** Copies the next part after pending keys have been handled, until everything is copied. */
	const copyNext = () => {
		let hasMore = false;
		for (const stream of streams) {
			tryRead(stream, () => {
				hasMore = stream.file.copyNext() === 'more' || hasMore;
			});
		}
		copyTimer = hasMore ? setImmediate(copyNext).unref() : null;
	};
	let copyTimer: NodeJS.Immediate | null = null;
	const drain = () => {
		if (copyTimer === null) copyNext();
		for (const stream of streams) {
			tryRead(stream, () => {
				const result = stream.file.read();
				if (result !== null) applyRead(stream, result);
			});
		}
	};
	const flushCopy = (file: OutputFile) => {
		for (let times = 0; file.copyNext(Number.POSITIVE_INFINITY) === 'stuck'; times += 1) {
			if (times === flushRetry.times) copy?.fail(slowReaderReason);
			else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, flushRetry.ms);
		}
	};
	const timer = setInterval(drain, intervalMs).unref();

	return {
		get version() {
			return version;
		},
		get lines() {
			if (snapshot.version !== version) snapshot = {version, lines: [...ring.lines]};
			return snapshot.lines;
		},
		get dropped() {
			return ring.dropped;
		},
		drain,
		tail: (lines, characters) => takeLast(ring.lines, lines, characters),
		close() {
			clearInterval(timer);
			if (copyTimer !== null) clearImmediate(copyTimer);
			for (const stream of streams) {
				tryRead(stream, () => flushCopy(stream.file));
				stream.file.close();
			}
			copy?.close();
		},
	};
};

/** At the end, a slow reader of the copy gets this many retries, each after this pause. */
const flushRetry = {times: 200, ms: 10};

const takeLast = (
	lines: readonly OutputLine[],
	maxLines: number,
	maxCharacters: number,
): readonly OutputLine[] => {
	let first = lines.length;
	let charactersLeft = maxCharacters;
	while (first > 0 && lines.length - first < maxLines) {
		charactersLeft -= lines[first - 1]?.text.length ?? 0;
		if (charactersLeft < 0) break;
		first -= 1;
	}
	return lines.slice(first);
};
