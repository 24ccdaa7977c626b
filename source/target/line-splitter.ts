import {StringDecoder} from 'node:string_decoder';

/** A longer line is cut into pieces of this many UTF-16 units. */
export const longestLine = 64 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export type Split = {
	/** Complete lines, oldest first, without their line feeds. */
	lines: string[];
	/** Complete lines before those, which nobody will ask for. */
	skipped: number;
	/** What follows the last line feed so far; '' for nothing. */
	partial: string;
};

export type LineSplitter = {
	/** @param chunk bytes that follow those of the last call */
	push(chunk: Buffer): Split;
	/** Forgets what is pending. @param isMidLine whether the next bytes begin inside a line, which is to be left out */
	reset(isMidLine: boolean): void;
};

/**
 * Cuts a stream of bytes into lines of text.
 *
 * @param keep how many lines of one chunk are wanted at most: of older ones only their number is taken
 */
export const createLineSplitter = (keep: number): LineSplitter => {
	let decoder = new StringDecoder('utf8');
	let partial = '';
	let isMidLine = false;
	return {
		push(chunk) {
			const begin = isMidLine ? chunk.indexOf(lineFeed) + 1 : 0;
			if (isMidLine && begin === 0) return {lines: [], skipped: 0, partial: ''};
			isMidLine = false;
			const start = startOfLast(keep, chunk, begin);
			let skipped = 0;
			if (start > begin) {
				skipped = countLines(chunk, begin, start);
				decoder = new StringDecoder('utf8');
				partial = '';
			}
			const lines = (partial + decoder.write(chunk.subarray(start))).split('\n').flatMap(cut);
			partial = lastDrawing(lines.pop() ?? '');
			return {lines, skipped, partial};
		},
		reset(midLine) {
			decoder = new StringDecoder('utf8');
			partial = '';
			isMidLine = midLine;
		},
	};
};

/** Where the last `keep` complete lines of the chunk begin. */
const startOfLast = (keep: number, chunk: Buffer, begin: number): number => {
	let end = chunk.length;
	for (let found = 0; found <= keep; found += 1) {
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

const cut = (line: string): string[] => {
	if (line.length <= longestLine) return [line];
	const pieces: string[] = [];
	for (let index = 0; index < line.length; index += longestLine)
		pieces.push(line.slice(index, index + longestLine));
	return pieces;
};

/** Of a line that is drawn again and again (a progress bar), only the last drawing is worth keeping. */
const lastDrawing = (line: string): string => {
	const end = line.charCodeAt(line.length - 1) === carriageReturn ? line.length - 1 : line.length;
	return end === 0 ? line : line.slice(line.lastIndexOf('\r', end - 1) + 1);
};
