import {execFileSync, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	appendFileSync,
	chmodSync,
	createReadStream,
	lchownSync,
	linkSync,
	mkdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type OutputCopy, openOutputCopy} from '../../../../source/launcher/output/copy.ts';
import {type CommandOutput, createCommandOutput} from '../../../../source/launcher/output/output.ts';
import {createSessionDir} from '../../../../source/launcher/session-files/directory.ts';
import {endWithTest} from '../../../helpers/process/launcher-program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {until} from '../../../helpers/process/until.ts';

const isRoot = process.geteuid?.() === 0;

const setUp = (
	path: string,
): {output: CommandOutput; copy: OutputCopy; notices: string[]; logs: [string, string]} => {
	const notices: string[] = [];
	const copy = openOutputCopy(path, message => notices.push(message));
	const {stdoutLog, stderrLog} = createSessionDir({TMPDIR: temporaryDirectory()});
	const output = createCommandOutput({stdoutLog, stderrLog, copy, intervalMs: 20});
	onTestFinished(() => output.close());
	return {output, copy, notices, logs: [stdoutLog, stderrLog]};
};

const shaOf = async (path: string): Promise<string> => {
	const hash = createHash('sha256');
	await pipeline(createReadStream(path), hash);
	return hash.digest('hex');
};

const fifo = (): string => {
	const path = join(temporaryDirectory(), 'fifo');
	execFileSync('mkfifo', [path]);
	return path;
};

test('the copy has the bytes of both streams as they came, and only its owner may read it', () => {
	const path = join(temporaryDirectory(), 'all.log');
	const {output, copy, logs} = setUp(path);
	const odd = Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x00, 0x0d, 0x0a, 0xc3]);
	appendFileSync(logs[0], odd);
	output.drain();
	appendFileSync(logs[1], 'a complaint\n');
	output.drain();
	appendFileSync(logs[0], 'the end without a line feed');
	output.close();
	expect(readFileSync(path)).toEqual(
		Buffer.concat([odd, Buffer.from('a complaint\nthe end without a line feed')]),
	);
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(copy.describe()).toBe(`${path} has all of the output (49 bytes)`);
});

test('the copy has every byte of a program faster than its reader, and the disk space is given back', async () => {
	const path = join(temporaryDirectory(), 'all.log');
	const {output, notices, logs} = setUp(path);
	const {stdout} = {stdout: logs[0]};
	const child = spawn('sh', ['-c', `exec seq 1 12000000 >>'${stdout}'`], {stdio: 'ignore'});
	if (child.pid !== undefined) endWithTest(child.pid);
	await new Promise(resolve => child.on('close', resolve));
	output.close();
	expect(statSync(path).size).toBe(statSync(stdout).size);
	const wanted = execFileSync('sh', ['-c', 'seq 1 12000000 | sha256sum'], {encoding: 'utf8'});
	expect(await shaOf(path)).toBe(wanted.slice(0, 64));
	expect(notices).toEqual([]);
});

test('a full disk is reported once, and the output continues', () => {
	const {output, copy, notices, logs} = setUp('/dev/full');
	for (let line = 0; line < 5; line += 1) {
		appendFileSync(logs[0], `line ${line}\n`);
		output.drain();
	}
	expect(notices).toEqual(['/dev/full has nothing of the output: the disk is full']);
	expect(output.lines.map(({text}) => text)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
	output.close();
	expect(copy.describe()).toBe(notices[0]);
});

test('a pipe with a slow reader gets every byte later', async () => {
	const path = fifo();
	const reader = spawn('sh', ['-c', `exec 3<'${path}'; read word; cat <&3 | wc -c`], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	if (reader.pid !== undefined) endWithTest(reader.pid);
	let answer = '';
	reader.stdout.on('data', chunk => {
		answer += chunk;
	});
	const copy = await until('a reader', () => {
		try {
			return setUp(path);
		} catch {
			return undefined;
		}
	});
	const bytes = Buffer.alloc(3_000_000, 'x\n');
	appendFileSync(copy.logs[0], bytes);
	copy.output.drain();
	expect(copy.copy.bytes).toBeLessThan(bytes.length);
	reader.stdin.end('go\n');
	await until('all of it', () => (copy.copy.bytes === bytes.length ? true : undefined));
	copy.output.close();
	await until('the count', () => (answer.trim() === '3000000' ? true : undefined));
	expect(copy.notices).toEqual([]);
});

test('a pipe whose reader closes is reported once', async () => {
	const path = fifo();
	const reader = spawn('sh', ['-c', `exec head -c 10 <'${path}'`], {stdio: 'ignore'});
	if (reader.pid !== undefined) endWithTest(reader.pid);
	const {output, notices, logs} = await until('a reader', () => {
		try {
			return setUp(path);
		} catch {
			return undefined;
		}
	});
	appendFileSync(logs[0], 'x'.repeat(20));
	output.drain();
	await new Promise(resolve => reader.on('close', resolve));
	appendFileSync(logs[0], 'y'.repeat(20));
	output.close();
	expect(notices).toEqual([`${path} has the first 20 bytes of the output: no process reads it any more`]);
});

describe('the file of the copy', () => {
	test('an existing file is truncated and keeps its mode, also through a link of the same user', () => {
		const directory = temporaryDirectory();
		const path = join(directory, 'old.log');
		writeFileSync(path, 'of yesterday, and longer than today');
		chmodSync(path, 0o640);
		symlinkSync(path, join(directory, 'link'));
		const {output, logs} = setUp(join(directory, 'link'));
		appendFileSync(logs[0], 'today\n');
		output.close();
		expect(readFileSync(path, 'utf8')).toBe('today\n');
		expect(statSync(path).mode & 0o777).toBe(0o640);
	});

	test.runIf(isRoot)(
		'a link of another user is not followed, and a file of theirs with a second name is not truncated (needs root)',
		() => {
			const directory = temporaryDirectory();
			const [mine, link, theirs] = ['mine', 'link', 'theirs'].map(name => join(directory, name));
			if (!mine || !link || !theirs) throw new Error('no paths');
			writeFileSync(mine, 'precious');
			symlinkSync(mine, link);
			lchownSync(link, 65_534, 65_534);
			expect(() => openOutputCopy(link, () => {})).toThrow(/link: it is a symbolic link of another user$/);
			writeFileSync(theirs, 'precious');
			linkSync(theirs, join(directory, 'second'));
			lchownSync(theirs, 65_534, 65_534);
			expect(() => openOutputCopy(theirs, () => {})).toThrow(/more than one name$/);
			expect([mine, theirs].map(path => readFileSync(path, 'utf8'))).toEqual(['precious', 'precious']);
		},
	);

	test('an unwritable file is refused, with the fix', () => {
		const directory = temporaryDirectory();
		mkdirSync(join(directory, 'sub'));
		writeFileSync(join(directory, 'file'), '');
		const refused = (name: string) => () => openOutputCopy(join(directory, name), () => {});
		expect(refused('sub')).toThrow(/sub: it is a directory; name a file in it$/);
		expect(refused('none/file')).toThrow(/there is no such directory; make it first$/);
		expect(refused('file/other')).toThrow(/a part of the path is no directory$/);
		expect(() => openOutputCopy(fifo(), () => {})).toThrow(
			/no process reads from it; start the reader first$/,
		);
	});
});
