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
import {type Parsed, parsed, refused} from '../../../shared/result.ts';

/** Lines that one process appends and netwatch reads when it has the time: unlike a pipe, it never holds the writer up. */
export type OverflowFile = {
	/** For the writer's standard output. */
	descriptor: number;
	/**
	 * @returns Whole lines that were not read before, at most about `limit` bytes; null where there are none.
	 * @throws where the disk fails
	 */
	read: (limit: number) => Buffer | null;
	/** Leaves out all but the newest `keep` bytes. Returns how many lines those were. */
	skip: (keep: number) => number;
	/** The writer has ended, maybe amid a line: that one is not read, and the next writer begins a new one. */
	breakLine: () => void;
	close: () => void;
};

/** The file is emptied when so much of it was read. */
const emptyFrom = 1024 * 1024;
const readBytes = 256 * 1024;
/** No line is so long: more bytes without a line feed are none. */
const longestLine = 64 * 1024;
const lineFeed = 0x0a;
/** Stands at the end of a line that is broken off, and in no other. */
const broken = 0x00;

/**
 * A file without a name, in memory where the system has a place for that.
 *
 * @param name A part of the name that it has for a moment.
 * @param places Directories to try.
 */
export const openOverflowFile = (name: string, places = ['/dev/shm', tmpdir()]): Parsed<OverflowFile> => {
	for (const place of places) {
		// Where everybody may make files, nobody shall have made this one before.
		const unique = randomBytes(8).toString('hex');
		const descriptor = openUnnamed(join(place, `netwatch-${process.pid}-${name}-${unique}`));
		if (descriptor !== null) return parsed(follow(descriptor));
	}
	return refused(`no file can be made in ${places.join(' or ')}`);
};

const openUnnamed = (path: string): number | null => {
	const {O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW} = constants;
	try {
		const descriptor = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		unlinkSync(path);
		return descriptor;
	} catch {
		return null;
	}
};

const follow = (descriptor: number): OverflowFile => {
	const buffer = Buffer.allocUnsafe(readBytes);
	let offset = 0;
	/** The beginning of a line whose end is still to come. */
	let rest = Buffer.alloc(0);

	const next = (): Buffer | null => {
		const length = readSync(descriptor, buffer, 0, readBytes, offset);
		if (length === 0) return null;
		offset += length;
		return buffer.subarray(0, length);
	};

	/** What is appended between these two calls would be lost: a line at most, once a megabyte. */
	const empty = (): void => {
		if (offset < emptyFrom || fstatSync(descriptor).size !== offset) return;
		ftruncateSync(descriptor, 0);
		offset = 0;
	};

	return {
		descriptor,
		read: limit => {
			const chunks = [rest];
			let length = rest.length;
			let end = 0;
			for (let chunk = next(); chunk !== null; chunk = length < limit ? next() : null) {
				const found = chunk.lastIndexOf(lineFeed);
				if (found !== -1) end = length + found + 1;
				chunks.push(Buffer.from(chunk));
				length += chunk.length;
			}
			empty();
			if (chunks.length === 1) return null;
			const whole = Buffer.concat(chunks, length);
			rest = whole.length - end > longestLine ? Buffer.alloc(0) : Buffer.from(whole.subarray(end));
			const lines = withoutBroken(whole.subarray(0, end));
			return lines.length === 0 ? null : lines;
		},
		skip: keep => {
			let lines = 0;
			const until = fstatSync(descriptor).size - keep;
			while (offset < until) {
				const chunk = next();
				if (chunk === null) break;
				for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) lines++;
				rest = Buffer.from(chunk.subarray(chunk.lastIndexOf(lineFeed) + 1));
			}
			return lines;
		},
		breakLine: () => {
			try {
				writeSync(descriptor, Uint8Array.of(broken, lineFeed));
			} catch {
				// A disk that is full takes no lines either.
			}
		},
		close: () => closeSync(descriptor),
	};
};

const withoutBroken = (lines: Buffer): Buffer => {
	const kept: Buffer[] = [];
	let from = 0;
	for (let at = lines.indexOf(broken); at !== -1; at = lines.indexOf(broken, from)) {
		const begin = lines.lastIndexOf(lineFeed, at) + 1;
		if (begin > from) kept.push(lines.subarray(from, begin));
		from = lines.indexOf(lineFeed, at) + 1;
	}
	return from === 0 ? lines : Buffer.concat([...kept, lines.subarray(from)]);
};
