import {appendFileSync, chmodSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {launch} from '../../../../source/launcher/launch.ts';
import {type CommandOutputOptions, createCommandOutput} from '../../../../source/launcher/output/output.ts';
import {defaultMaxCharacters, defaultMaxLines} from '../../../../source/launcher/output/ring.ts';
import {createSessionDir} from '../../../../source/launcher/session-files/directory.ts';
import {endWithTest} from '../../../helpers/process/launcher-program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {until} from '../../../helpers/process/until.ts';

const setUp = (options: Partial<CommandOutputOptions> = {}) => {
	const session = createSessionDir({TMPDIR: temporaryDirectory()});
	const notices: string[] = [];
	const output = createCommandOutput({
		...session,
		intervalMs: 100_000,
		onNotice: message => notices.push(message),
		...options,
	});
	onTestFinished(() => output.close());
	const {stdoutLog, stderrLog} = session;
	return {
		session,
		output,
		notices,
		stdoutLog,
		write(text: string, log = stdoutLog) {
			appendFileSync(log, text);
			output.drain();
		},
		stderrLog,
		texts: () => output.lines.map(({stream, text}) => `${stream === 'stdout' ? 1 : 2} ${text}`),
	};
};

const run = async (session: ReturnType<typeof createSessionDir>, command: string, ...args: string[]) => {
	const started = await launch({
		command,
		args,
		mode: 'screen',
		env: process.env,
		hook: null,
		files: session,
		isStdinTerminal: true,
	});
	if (!started.ok) throw new Error(started.message);
	endWithTest(-started.pid);
	return started;
};

/** Puts a program of this name in front of the real one. */
const fake = (name: string, script: string) => {
	const directory = temporaryDirectory();
	writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
	chmodSync(join(directory, name), 0o755);
	const path = process.env.PATH;
	onTestFinished(() => {
		process.env.PATH = path;
	});
	process.env.PATH = `${directory}:${path}`;
};

test('lines of a running program appear without a request', async () => {
	const {session, output, texts} = setUp({intervalMs: 20, now: () => 42});
	await run(session, 'sh', '-c', 'echo one; echo two >&2; exec sleep 1000');
	await until('two lines', () => (output.lines.length === 2 ? true : undefined));
	expect(texts().sort()).toEqual(['1 one', '2 two']);
	expect(output.lines[0]?.at).toBe(42);
});

test('both streams are shown in the order in which they were read', () => {
	const {write, texts, stderrLog} = setUp();
	write('a\nb\n');
	write('c\n', stderrLog);
	write('d\n');
	expect(texts()).toEqual(['1 a', '1 b', '2 c', '1 d']);
});

test('a read without new output makes no new version', () => {
	const {write, output} = setUp();
	write('a\n');
	const {version, lines} = output;
	output.drain();
	expect(output.version).toBe(version);
	expect(output.lines).toBe(lines);
	write('b\n');
	expect(output.version).toBeGreaterThan(version);
	expect(lines).toHaveLength(1);
});

test('a prompt is shown before its line ends, and keeps its place', () => {
	let now = 1;
	const {write, texts, output, stderrLog} = setUp({now: () => now++});
	write('first\nName? ');
	expect(texts()).toEqual(['1 first', '1 Name? ']);
	const {at} = output.lines[1] ?? {};
	write('careful\nand', stderrLog);
	write('Ada\nHello\n');
	expect(texts()).toEqual(['1 first', '1 Name? Ada', '2 careful', '2 and', '1 Hello']);
	expect(output.lines[1]?.at).toBe(at);
	write(' mind\n', stderrLog);
	expect(texts()).toEqual(['1 first', '1 Name? Ada', '2 careful', '2 and mind', '1 Hello']);
});

test('a character that arrives in two halves is decoded as one', () => {
	const {write, texts, stdoutLog, output} = setUp();
	const bytes = Buffer.from('grün\n');
	appendFileSync(stdoutLog, bytes.subarray(0, 3));
	output.drain();
	expect(texts()).toEqual(['1 gr']);
	appendFileSync(stdoutLog, bytes.subarray(3));
	write('');
	expect(texts()).toEqual(['1 grün']);
});

test('the output keeps at most 5,000 lines, and counts the dropped ones', () => {
	const {write, output} = setUp();
	const numbered = (from: number, to: number) =>
		Array.from({length: to - from}, (_, index) => `line ${from + index}\n`).join('');
	write(numbered(0, 3000));
	write(`${numbered(3000, 10_000)}rest of`);
	write(` it\n${numbered(10_001, 30_000)}`);
	expect(output.lines).toHaveLength(defaultMaxLines);
	expect(output.dropped + output.lines.length).toBe(30_000);
	expect(output.lines.map(({text}) => text)).toEqual(
		Array.from({length: defaultMaxLines}, (_, index) => `line ${30_000 - defaultMaxLines + index}`),
	);
});

test('the output keeps at most 4 MiB of text', () => {
	const {write, output} = setUp();
	for (let round = 0; round < 100; round += 1) write(`${String(round).padEnd(60_000, '.')}\n`);
	const held = output.lines.reduce((sum, {text}) => sum + text.length, 0);
	expect(held).toBeLessThanOrEqual(defaultMaxCharacters);
	expect(held).toBeGreaterThan(defaultMaxCharacters - 60_000);
	expect(output.dropped + output.lines.length).toBe(100);
	expect(output.lines.at(-1)?.text).toMatch(/^99\./);
});

test('a program that writes 200 MB leaves its last lines in order, and nothing on the disk', async () => {
	const {session, output, notices, stdoutLog} = setUp({intervalMs: 50});
	const last = 24_000_000;
	const {exited} = await run(session, 'seq', '1', String(last));
	await exited;
	output.drain();
	expect(statSync(stdoutLog).size).toBeGreaterThan(200e6);
	expect(output.lines.map(({text}) => text)).toEqual(
		Array.from({length: defaultMaxLines}, (_, index) => String(last - defaultMaxLines + 1 + index)),
	);
	// Beyond 4 MiB a poll the number of lines is an estimate.
	expect((output.dropped + output.lines.length) / last).toBeGreaterThan(0.9);
	expect((output.dropped + output.lines.length) / last).toBeLessThan(1.1);
	await until('the disk to be given back', () => {
		output.drain();
		return statSync(stdoutLog).blocks * 512 < 16e6 ? true : undefined;
	});
	expect(notices).toEqual([]);
});

test.each([
	['is missing', null, /fallocate is missing.*util-linux/],
	[
		'is refused by the file system',
		'echo "fallocate: fallocate failed: Operation not supported" >&2; exit 1',
		/stays on the disk until netwatch ends: fallocate: fallocate failed: Operation not supported/,
	],
])('where fallocate %s, one notice is raised and the output continues', async (_, script, expected) => {
	if (script === null) {
		const path = process.env.PATH;
		onTestFinished(() => {
			process.env.PATH = path;
		});
	} else {
		fake('fallocate', script);
	}
	const {write, notices, output, session} = setUp();
	if (script === null) process.env.PATH = session.path;
	const text = `${'x'.repeat(999)}\n`.repeat(3000);
	await until('the notice', () => {
		write(text);
		return notices.length > 0 ? true : undefined;
	});
	for (let round = 0; round < 20; round += 1) write(text);
	write('last\n');
	expect(notices).toEqual([expect.stringMatching(expected)]);
	expect(output.lines.at(-1)?.text).toBe('last');
});

test('the output of a program that truncates its own file is still read', () => {
	const {write, texts, stdoutLog} = setUp();
	write('one\ntwo');
	truncateSync(stdoutLog);
	write('new\n');
	expect(texts()).toEqual(['1 one', '1 two', '1 new']);
});

test('the tail of the output is bounded in lines and in characters', () => {
	const {write, output} = setUp();
	write('one\ntwo\nthree\nfour');
	const tail = (lines: number, characters: number) => output.tail(lines, characters).map(({text}) => text);
	expect(tail(2, 1000)).toEqual(['three', 'four']);
	expect(tail(10, 12)).toEqual(['two', 'three', 'four']);
	expect(tail(10, 11)).toEqual(['three', 'four']);
	expect(tail(10, 1000)).toEqual(['one', 'two', 'three', 'four']);
	expect(tail(0, 1000)).toEqual([]);
});

test('the lines stay after the reading has stopped', () => {
	const {write, output, texts} = setUp();
	write('one\n');
	output.close();
	output.drain();
	expect(texts()).toEqual(['1 one']);
});
