import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	appendFileSync,
	chmodSync,
	chownSync,
	closeSync,
	constants,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {createSessionDir, type SessionDir} from '../../../../source/launcher/session-files/directory.ts';
import {sweepSessions} from '../../../../source/launcher/session-files/sweep.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A session whose netwatch is gone without a word, and a sweep some time later. */
const setUp = () => {
	const root = temporaryDirectory();
	const [temporary, runtime] = [join(root, 'tmp'), join(root, 'run')];
	for (const place of [temporary, runtime]) mkdirSync(place, {mode: 0o700});
	const env = {TMPDIR: temporary, XDG_RUNTIME_DIR: runtime};
	const session = createSessionDir(env);
	const left = () => [...readdirSync(runtime), ...readdirSync(temporary)].length;
	const sweep = (laterMs = 2 * minuteMs) => {
		sweepSessions(env, Date.now() + laterMs);
		return left();
	};
	return {session, temporary, runtime, sweep};
};

/** Opens a file until the returned function is called, or the test ends. */
const hold = (path: string, flags: number): (() => void) => {
	const descriptor = openSync(path, flags);
	let isOpen = true;
	const letGo = () => {
		if (isOpen) closeSync(descriptor);
		isOpen = false;
	};
	onTestFinished(letGo);
	return letGo;
};

test('the files of a killed netwatch are removed, in both places', () => {
	const {sweep} = setUp();
	expect(sweep()).toBe(0);
});

test('a session made a moment ago is left alone, as its netwatch may be starting', () => {
	const {sweep} = setUp();
	expect(sweep(0)).toBe(2);
	expect(sweep()).toBe(0);
});

describe('a session in use is left alone, and removed afterwards', () => {
	test.each([
		['netwatch reads the FIFO of the hooks', 'hookFifo'],
		['the command reads the FIFO of its input', 'stdinFifo'],
	] as const)('%s', (_, name) => {
		const {session, sweep} = setUp();
		const letGo = hold(session[name], constants.O_RDWR | constants.O_NONBLOCK);
		sweep(2 * dayMs);
		expect(existsSync(session[name])).toBe(true);
		letGo();
		expect(sweep(2 * dayMs)).toBe(0);
	});

	test('a session is left alone while the command writes its output', async () => {
		const {session, sweep} = setUp();
		const log = openSync(session.stdoutLog, 'a');
		const command = spawn('sleep', ['60'], {stdio: ['ignore', log, 'ignore']});
		closeSync(log);
		sweep(2 * dayMs);
		expect(existsSync(session.stdoutLog)).toBe(true);
		command.kill('SIGKILL');
		await once(command, 'exit');
		expect(sweep(2 * dayMs)).toBe(0);
	});

	test('a session with output of today is left alone', () => {
		const {session, sweep} = setUp();
		appendFileSync(session.stderrLog, 'an error');
		sweep(dayMs - minuteMs);
		expect(existsSync(session.stderrLog)).toBe(true);
		expect(sweep(dayMs + minuteMs)).toBe(0);
	});
});

describe('a file that is no session of this user is left alone', () => {
	const age = (path: string) => utimesSync(path, 0, 0);
	test.each([
		['a file that no session makes', ({path}: SessionDir) => writeFileSync(join(path, 'hook-0123.cjs'), '')],
		['a directory that others may enter', ({path}: SessionDir) => chmodSync(path, 0o755)],
		[
			'a file in the place of a FIFO',
			({hookFifo}: SessionDir) => {
				rmSync(hookFifo);
				writeFileSync(hookFifo, '');
			},
		],
	])('%s', (_, spoil) => {
		const {session, sweep} = setUp();
		spoil(session);
		age(session.path);
		sweep();
		expect(existsSync(session.path)).toBe(true);
	});

	test('a symbolic link, and a name other than that of a session, are left alone', () => {
		const {session, temporary, sweep} = setUp();
		session.remove();
		const elsewhere = join(dirname(temporary), 'elsewhere');
		mkdirSync(elsewhere, {mode: 0o700});
		writeFileSync(join(elsewhere, 'stdout.log'), '');
		symlinkSync(elsewhere, join(temporary, 'netwatch-abcdef'));
		mkdirSync(join(temporary, 'netwatch-hook-0'), {mode: 0o700});
		expect(sweep(2 * dayMs)).toBe(2);
		expect(readdirSync(elsewhere)).toEqual(['stdout.log']);
	});

	test.runIf(process.geteuid?.() === 0)('a directory of another user is left alone (needs root)', () => {
		const {session, sweep} = setUp();
		chownSync(session.path, 65_534, 65_534);
		sweep();
		expect(existsSync(session.path)).toBe(true);
	});
});

test('a missing directory is no error of the sweep', () => {
	expect(() => sweepSessions({TMPDIR: '/no/such/directory'})).not.toThrow();
});
