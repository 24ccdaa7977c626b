import type {OutputLine, OutputView} from '../../text/output-line.ts';
import {plainStyle, styleAfter, type TextStyle} from '../../text/sgr.ts';
import type {OutputCopy} from './copy.ts';
import {type Look, type OutputFile, openOutputFile, tooSlow} from './file.ts';
import {createLineSplitter, type LineSplitter} from './line-splitter.ts';
import {createOutputRing, linesKept} from './ring.ts';

export type OutputOptions = {
	stdoutLog: string;
	stderrLog: string;
	/** Milliseconds since the epoch. */
	now?: () => number;
	intervalMs?: number;
	/** Takes all that is written to either, in the order in which it is seen; closed with the output. */
	copy?: OutputCopy | null;
	/** What the person should know; said once. */
	onNotice?: (message: string) => void;
};

export type Output = OutputView & {
	/** Reads what was written until now: call it when the command has ended. */
	drain(): void;
	/**
	 * The end of the output, to be printed where the screen was.
	 *
	 * @returns at most so many lines, and at most so many characters in them, oldest first
	 */
	tail(lines: number, characters: number): readonly OutputLine[];
	/** Copies what was written until now, and stops reading. The lines stay. */
	close(): void;
};

type Stream = {
	name: OutputLine['stream'];
	file: OutputFile;
	splitter: LineSplitter;
	/** The line without its end that is shown already, a prompt perhaps. */
	open: OutputLine | null;
	/** What its complete lines have left switched on. */
	style: TextStyle;
};

/**
 * Follows the files that the command's output goes to, and holds the newest lines of both in the order in which
 * they were seen. Where the command writes faster than anybody could read, older lines are counted and not held;
 * beyond 4 MiB a look their number is an estimate.
 *
 * @throws where a file cannot be opened
 */
export const createOutput = (options: OutputOptions): Output => {
	const {stdoutLog, stderrLog, now = Date.now, intervalMs = 100, copy = null, onNotice} = options;
	const ring = createOutputRing();
	let version = 0;
	let hasNoticed = false;
	let snapshot: {version: number; lines: readonly OutputLine[]} = {version, lines: []};

	const onNoTrim = (reason: string) => {
		if (!hasNoticed) onNotice?.(`the output of the command stays on the disk until netwatch ends: ${reason}`);
		hasNoticed = true;
	};
	const follow = (name: OutputLine['stream'], path: string): Stream => ({
		name,
		file: openOutputFile(path, onNoTrim, copy),
		splitter: createLineSplitter(linesKept),
		open: null,
		style: plainStyle,
	});
	const streams = [follow('stdout', stdoutLog), follow('stderr', stderrLog)];

	const take = (stream: Stream, {chunk, skippedBytes, isRestarted}: Look) => {
		if (isRestarted || skippedBytes > 0) {
			stream.splitter.reset(skippedBytes > 0);
			stream.open = null;
			stream.style = plainStyle;
		}
		if (skippedBytes > 0) ring.forget(stream.name);
		const {lines, skipped, partial} = stream.splitter.push(chunk);
		const linesPerByte = (lines.length + skipped) / chunk.length;
		ring.drop(Math.round(skippedBytes * linesPerByte));
		if (skipped > 0) {
			// The line that is shown without its end is one of them; it is counted when the ring lets it go.
			ring.drop(skipped - (stream.open === null ? 0 : 1));
			stream.open = null;
			stream.style = plainStyle;
		}
		const texts = partial === '' ? lines : [...lines, partial];
		const at = now();
		const shown = texts.map((text, index): OutputLine => {
			const began = index === 0 ? stream.open?.at : undefined;
			const {style} = stream;
			if (index < lines.length) stream.style = styleAfter(text, style);
			return {stream: stream.name, text, at: began ?? at, ...(style === plainStyle ? {} : {style})};
		});
		const continued = stream.open === null ? undefined : shown[0];
		if (stream.open !== null && continued !== undefined) ring.replace(stream.open, continued);
		ring.push(continued === undefined ? shown : shown.slice(1));
		stream.open = partial === '' ? null : (shown.at(-1) ?? null);
		version += 1;
	};
	const attempt = (stream: Stream, read: () => void) => {
		try {
			read();
		} catch (error) {
			stream.file.close();
			onNotice?.(`the ${stream.name} of the command cannot be read any more: ${String(error)}`);
		}
	};
	/** As long as there is more than is copied at one look, the next one follows when keys have been answered. */
	const copyOn = () => {
		let hasMore = false;
		for (const stream of streams) {
			attempt(stream, () => {
				hasMore = stream.file.copyOn() === 'more' || hasMore;
			});
		}
		copying = hasMore ? setImmediate(copyOn).unref() : null;
	};
	let copying: NodeJS.Immediate | null = null;
	const drain = () => {
		if (copying === null) copyOn();
		for (const stream of streams) {
			attempt(stream, () => {
				const look = stream.file.look();
				if (look !== null) take(stream, look);
			});
		}
	};
	const copyAll = (file: OutputFile) => {
		for (let times = 0; file.copyOn(Number.POSITIVE_INFINITY) === 'stuck'; times += 1) {
			if (times === waits.times) copy?.fail(tooSlow);
			else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waits.ms);
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
		tail: (lines, characters) => lastOf(ring.lines, lines, characters),
		close() {
			clearInterval(timer);
			if (copying !== null) clearImmediate(copying);
			for (const stream of streams) {
				attempt(stream, () => copyAll(stream.file));
				stream.file.close();
			}
			copy?.close();
		},
	};
};

/** A reader of the copy that is slow is waited for at the end, so often and so long. */
const waits = {times: 200, ms: 10};

const lastOf = (
	lines: readonly OutputLine[],
	maxLines: number,
	maxCharacters: number,
): readonly OutputLine[] => {
	let first = lines.length;
	let rest = maxCharacters;
	while (first > 0 && lines.length - first < maxLines) {
		rest -= lines[first - 1]?.text.length ?? 0;
		if (rest < 0) break;
		first -= 1;
	}
	return lines.slice(first);
};
