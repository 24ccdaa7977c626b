import {StringDecoder} from 'node:string_decoder';

/** A longer line is cut into pieces of this many UTF-16 units. */
export const maxLineLength = 64 * 1024;

const lineFeed = 0x0a;

export type SplitResult = {
	/** Complete lines, oldest first, without their line feeds. */
	lines: string[];
	/** Complete lines before those, beyond the requested number. */
	skipped: number;
	/** The text after the last line feed; '' for none. */
	partial: string;
};

export type LineSplitter = {
	/** @param chunk the bytes that follow those of the last call */
	push(chunk: Buffer): SplitResult;
	/**
	 * Drops the pending text.
	 *
	 * @param isMidLine true if the next bytes begin inside a line; the rest of that line is dropped
	 */
	reset(isMidLine: boolean): void;
};

/**
 * Splits a stream of bytes into lines of text.
 *
 * @param maxLines most lines returned of one chunk: older ones are only counted
 */
export const createLineSplitter = (maxLines: number): LineSplitter => {
	let decoder = new StringDecoder('utf8');
	let partial = '';
	let isMidLine = false;
	return {
		push(chunk) {
			const from = isMidLine ? chunk.indexOf(lineFeed) + 1 : 0;
			if (isMidLine && from === 0) return {lines: [], skipped: 0, partial: ''};
			isMidLine = false;
			const start = startOfLastLines(maxLines, chunk, from);
			let skipped = 0;
			if (start > from) {
				skipped = countLines(chunk, from, start);
				decoder = new StringDecoder('utf8');
				partial = '';
			}
			const lines = (partial + decoder.write(chunk.subarray(start))).split('\n').flatMap(splitLongLine);
			partial = keepLastRedraws(lines.pop() ?? '');
			return {lines, skipped, partial};
		},
		reset(midLine) {
			decoder = new StringDecoder('utf8');
			partial = '';
			isMidLine = midLine;
		},
	};
};

/** Start of the last `maxLines` complete lines of the chunk. */
const startOfLastLines = (maxLines: number, chunk: Buffer, begin: number): number => {
	let end = chunk.length;
	for (let found = 0; found <= maxLines; found += 1) {
		end = end === 0 ? -1 : chunk.lastIndexOf(lineFeed, end - 1);
		if (end < begin) return begin;
	}
	return end + 1;
};

/** A loop over the bytes costs the same for short lines as for long ones; indexOf does not. */
const countLines = (chunk: Buffer, begin: number, end: number): number => {
	let count = 0;
	for (let index = begin; index < end; index += 1) if (chunk[index] === lineFeed) count += 1;
	return count;
};

const splitLongLine = (line: string): string[] => {
	if (line.length <= maxLineLength) return [line];
	const pieces: string[] = [];
	for (let index = 0; index < line.length; ) {
		const end = safeCutPosition(line, index + maxLineLength);
		pieces.push(line.slice(index, end));
		index = end;
	}
	return pieces;
};

/** A longer unfinished control sequence is treated as text. */
const maxSequenceLength = 64;
const unfinishedSequence = /(?:\x1b|(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*|[\ud800-\udbff])$/;

/** Position near `end` at which a cut splits neither a character nor a control sequence. */
const safeCutPosition = (line: string, end: number): number => {
	if (end >= line.length) return line.length;
	const before = line.slice(end - maxSequenceLength, end);
	return end - (unfinishedSequence.exec(before)?.[0].length ?? 0);
};

const carriageReturn = '\r';

/** UTF-16 units kept of a line that is redrawn: enough for several drawings. */
const maxRedrawLength = 4096;

const sgrPattern = /(?:\x1b\[|\x9b)[\d:;]*m/g;
const maxSgrSequences = 16;

/** Keeps the last drawings of a line that is redrawn (a progress bar), in their style. */
const keepLastRedraws = (line: string): string => {
	if (line.length <= maxRedrawLength * 2) return line;
	const from = line.indexOf(carriageReturn, line.length - maxRedrawLength);
	if (from < 0 || from === line.length - 1) return line;
	const style = line.slice(0, from).match(sgrPattern)?.slice(-maxSgrSequences) ?? [];
	return `${style.join('')}${line.slice(from)}`;
};
