import {execFileSync} from 'node:child_process';
import {closeSync, constants, mkdtempSync, openSync, readSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {
	createLineWriter,
	type LineWriter,
	maxLineBytes,
	maxPendingBytes,
} from '../../../../source/records/write/line-writer.ts';

/** The capacity of a pipe. */
const pipeBytes = 64 * 1024;

const cleanups: Array<() => void> = [];

afterEach(() => {
	for (const clean of cleanups.splice(0).reverse()) clean();
});

type Pipe = {
	/** The writing end of a line writer. */
	writer: number;
	/** Reads the available bytes, at most so many. */
	read(bytes: number): string;
	/** No writer any more: the reader sees the end. */
	endOfWriter(): void;
	/** No reader any more. */
	leave(): void;
};

/** A real pipe. @param flags for its writing end, e.g. O_NONBLOCK */
const createPipe = (flags = 0): Pipe => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-sink-'));
	cleanups.push(() => rmSync(directory, {recursive: true}));
	const path = join(directory, 'fifo');
	execFileSync('mkfifo', [path]);
	const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	const writer = openSync(path, constants.O_WRONLY | flags);
	const open = new Set([reader, writer]);
	const close = (descriptor: number): void => {
		if (open.delete(descriptor)) closeSync(descriptor);
	};
	cleanups.push(() => {
		close(reader);
		close(writer);
	});
	return {
		writer,
		read(bytes) {
			const buffer = Buffer.alloc(bytes);
			try {
				return buffer.toString('utf8', 0, readSync(reader, buffer));
			} catch (error) {
				if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return '';
				throw error;
			}
		},
		endOfWriter: () => close(writer),
		leave: () => close(reader),
	};
};

/** Reads until all is written. */
const readAll = async (pipe: Pipe, sink: LineWriter): Promise<string> => {
	let text = '';
	let done = false;
	const written = sink.end().then(() => {
		done = true;
	});
	while (!done) {
		text += pipe.read(1024 * 1024);
		await new Promise(setImmediate);
	}

	await written;
	for (let more = pipe.read(1024 * 1024); more !== ''; more = pipe.read(1024 * 1024)) text += more;
	return text;
};

/** A line of so many bytes with its line feed, which begins with its number. */
const lineOf = (index: number, bytes: number): string => `${index} `.padEnd(bytes - 1, 'x');

describe.each([
	['a pipe', 0],
	['a pipe that was made non-blocking', constants.O_NONBLOCK],
])('on %s', (_, flags) => {
	it('all lines arrive whole, in their order', async () => {
		const pipe = createPipe(flags);
		const sink = createLineWriter(pipe.writer);
		const lines = Array.from({length: 500}, (_line, index) => lineOf(index, 20 + ((index * 37) % 3000)));
		for (const line of lines) expect(sink.writeLine(line)).toBe(true);
		expect(await readAll(pipe, sink)).toBe(lines.map(line => `${line}\n`).join(''));
		expect(sink.droppedLines).toBe(0);
	});

	it('a reader that does not read costs lines, never time, and the last line is written', async () => {
		const pipe = createPipe(flags);
		const sink = createLineWriter(pipe.writer);
		const bytes = 60_000;
		const tries = Math.ceil(maxPendingBytes / bytes) + 50;
		let taken = 0;
		for (let index = 0; index < tries; index++) {
			if (sink.writeLine(lineOf(index, bytes))) taken++;
			// Timers run, and the pipe is still not read.
			if (index % 50 === 0) await new Promise(setImmediate);
		}

		expect(taken * bytes).toBeGreaterThan(maxPendingBytes - bytes);
		expect(taken * bytes).toBeLessThanOrEqual(maxPendingBytes + pipeBytes);
		expect(sink.droppedLines).toBe(tries - taken);
		expect(sink.writeLine('the summary', true)).toBe(true);
		const lines = (await readAll(pipe, sink)).split('\n');
		expect(lines.slice(0, taken).map(line => line.length + 1)).toEqual(Array(taken).fill(bytes));
		expect(lines.slice(taken)).toEqual(['the summary', '']);
	});

	it('lines are taken again when the reader reads again', async () => {
		const pipe = createPipe(flags);
		const sink = createLineWriter(pipe.writer);
		while (sink.writeLine(lineOf(0, 60_000)));
		await readAll(pipe, sink);
		expect(sink.writeLine('more')).toBe(true);
		expect(await readAll(pipe, sink)).toBe('more\n');
	});

	it('a reader that closes the pipe ends the writer without an error', async () => {
		const pipe = createPipe(flags);
		const sink = createLineWriter(pipe.writer);
		for (let index = 0; index < 100; index++) sink.writeLine(lineOf(index, 10_000));
		pipe.read(1000);
		pipe.leave();
		await sink.end();
		const {droppedLines: lost} = sink;
		expect(sink.writeLine('no process reads this')).toBe(false);
		expect(sink.writeLine('nor the last line', true)).toBe(false);
		expect(sink.droppedLines).toBe(lost + 2);
		await sink.end();
	});
});

describe('a line', () => {
	it.each([
		['of the maximum length', 'x'.repeat(maxLineBytes - 1), true],
		['too long', 'x'.repeat(maxLineBytes), false],
		['too long in bytes, not in characters', '–'.repeat(maxLineBytes / 2), false],
	])('%s is taken: %s', async (_, text, isTaken) => {
		const pipe = createPipe();
		const sink = createLineWriter(pipe.writer);
		expect(sink.writeLine(text)).toBe(isTaken);
		expect(sink.droppedLines).toBe(isTaken ? 0 : 1);
		expect(await readAll(pipe, sink)).toBe(isTaken ? `${text}\n` : '');
	});
});
