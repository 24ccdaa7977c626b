import {randomBytes} from 'node:crypto';
import {
	closeSync,
	constants,
	fstatSync,
	ftruncateSync,
	openSync,
	readSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {err, ok, type Result} from '../../../shared/result.ts';

/**
 * Lines that one process appends and netwatch reads later: unlike a pipe, the file never blocks the writer.
 */
export type SpoolFile = {
	/** The writer's standard output. */
	descriptor: number;
	/**
	 * @returns the next whole lines, at most about `limit` bytes; null where there are none
	 * @throws where the disk fails
	 */
	read: (limit: number) => Buffer | null;
	/** Skips all but the newest `keep` bytes. Returns the number of skipped lines. */
	skip: (keep: number) => number;
	/**
	 * Marks the end of the writer, maybe within a line: that line is dropped, and the next writer begins a new
	 * one.
	 */
	markBrokenLine: () => void;
	close: () => void;
};

/** The file is emptied after this many bytes were read. */
const truncateAfterBytes = 1024 * 1024;
const chunkBytes = 256 * 1024;
/** No line is this long: more bytes without a line feed are not a line. */
const maxLineBytes = 64 * 1024;
const lineFeed = 0x0a;
/** Ends an interrupted line, and occurs in no other. */
const brokenLineMark = 0x00;

/**
 * Opens a file without a name, in memory where the system has a place for that.
 *
 * @param name part of its temporary name
 * @param directories directories to try
 */
export const openSpoolFile = (name: string, directories = ['/dev/shm', tmpdir()]): Result<SpoolFile> => {
	for (const directory of directories) {
		// In a directory that all users can write to, the name must not be guessable.
		const unique = randomBytes(8).toString('hex');
		const descriptor = openUnlinked(join(directory, `netwatch-${process.pid}-${name}-${unique}`));
		if (descriptor !== null) return ok(createSpoolFile(descriptor));
	}
	return err(`no file can be made in ${directories.join(' or ')}`);
};

const openUnlinked = (path: string): number | null => {
	const {O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW} = constants;
	try {
		const descriptor = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		unlinkSync(path);
		return descriptor;
	} catch {
		return null;
	}
};

const createSpoolFile = (descriptor: number): SpoolFile => {
	const buffer = Buffer.allocUnsafe(chunkBytes);
	let offset = 0;
	/** The beginning of a line whose end has not arrived. */
	let partialLine = Buffer.alloc(0);

	const readChunk = (): Buffer | null => {
		const length = readSync(descriptor, buffer, 0, chunkBytes, offset);
		if (length === 0) return null;
		offset += length;
		return buffer.subarray(0, length);
	};

	/** A line appended between these two calls is lost: at most one a megabyte. */
	const truncateWhenRead = (): void => {
		if (offset < truncateAfterBytes || fstatSync(descriptor).size !== offset) return;
		ftruncateSync(descriptor, 0);
		offset = 0;
	};

	return {
		descriptor,
		read: maxBytes => {
			const chunks = [partialLine];
			let length = partialLine.length;
			let end = 0;
			for (let chunk = readChunk(); chunk !== null; chunk = length < maxBytes ? readChunk() : null) {
				const lastLineFeed = chunk.lastIndexOf(lineFeed);
				if (lastLineFeed !== -1) end = length + lastLineFeed + 1;
				chunks.push(Buffer.from(chunk));
				length += chunk.length;
			}
			truncateWhenRead();
			if (chunks.length === 1) return null;
			const bytes = Buffer.concat(chunks, length);
			partialLine = bytes.length - end > maxLineBytes ? Buffer.alloc(0) : Buffer.from(bytes.subarray(end));
			const lines = dropBrokenLines(bytes.subarray(0, end));
			return lines.length === 0 ? null : lines;
		},
		skip: keepBytes => {
			let skippedLines = 0;
			const until = fstatSync(descriptor).size - keepBytes;
			while (offset < until) {
				const chunk = readChunk();
				if (chunk === null) break;
				for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1))
					skippedLines++;
				partialLine = Buffer.from(chunk.subarray(chunk.lastIndexOf(lineFeed) + 1));
			}
			return skippedLines;
		},
		markBrokenLine: () => {
			try {
				writeSync(descriptor, Uint8Array.of(brokenLineMark, lineFeed));
			} catch {
				// A full disk takes no lines either.
			}
		},
		close: () => closeSync(descriptor),
	};
};

const dropBrokenLines = (lines: Buffer): Buffer => {
	const kept: Buffer[] = [];
	let from = 0;
	for (let at = lines.indexOf(brokenLineMark); at !== -1; at = lines.indexOf(brokenLineMark, from)) {
		const begin = lines.lastIndexOf(lineFeed, at) + 1;
		if (begin > from) kept.push(lines.subarray(from, begin));
		from = lines.indexOf(lineFeed, at) + 1;
	}
	return from === 0 ? lines : Buffer.concat([...kept, lines.subarray(from)]);
};
