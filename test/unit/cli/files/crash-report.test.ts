import {chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {crashReportText, writeCrashReport} from '../../../../source/cli/files/crash-report.ts';
import {stateDirectory} from '../../../../source/cli/files/state-directory.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

const crash = (at = new Date('2026-01-02T03:04:05Z')) => ({
	error: new Error('it failed\x1b]0;title\x07'),
	version: '1.2.3',
	argv: ['--', 'node', 'server.js', '--password=hunter2'],
	at,
});

describe('a crash report', () => {
	test('is written to XDG_STATE_HOME, readable by its user alone', context => {
		const home = join(temporaryDirectory(context), 'state');
		const path = writeCrashReport(crash(), {XDG_STATE_HOME: home});
		expect(path).toBe(join(home, 'netwatch', `crash-20260102T030405Z-${process.pid}.txt`));
		expect(statSync(join(home, 'netwatch')).mode & 0o777).toBe(0o700);
		expect(statSync(path ?? '').mode & 0o777).toBe(0o600);
	});

	test('has no secret of the command line, no control sequence and nothing of the environment', () => {
		process.env.NETWATCH_TEST_SECRET = 'of the environment';
		const text = crashReportText(crash());
		delete process.env.NETWATCH_TEST_SECRET;
		expect(text).toContain('netwatch 1.2.3 failed at 2026-01-02T03:04:05.000Z');
		expect(text).toContain(process.version);
		expect(text).toContain('it failed\\x1b]0;title\\x07');
		expect(text).toContain('crash-report.test.ts');
		expect(text).not.toMatch(/hunter2|of the environment|[\x00-\x09\x0b-\x1f\x7f]/);
	});

	test('is one of the ten newest, and other files stay', context => {
		const home = temporaryDirectory(context);
		for (let second = 0; second < 14; second += 1) {
			writeCrashReport(crash(new Date(Date.UTC(2026, 0, 2, 3, 4, second))), {XDG_STATE_HOME: home});
		}
		writeFileSync(join(home, 'netwatch', 'mine.txt'), '');
		writeCrashReport(crash(new Date(Date.UTC(2026, 0, 2, 3, 5))), {XDG_STATE_HOME: home});
		const names = readdirSync(join(home, 'netwatch')).sort();
		expect(names).toHaveLength(11);
		expect(names[0]).toContain('T030405Z');
		expect(names.at(-2)).toContain('T030500Z');
		expect(names.at(-1)).toBe('mine.txt');
	});

	test('is never written through a link, nor to a directory that others can write', context => {
		const home = temporaryDirectory(context);
		const elsewhere = temporaryDirectory(context);
		symlinkSync(elsewhere, join(home, 'netwatch'));
		expect(writeCrashReport(crash(), {XDG_STATE_HOME: home})).toBeNull();
		expect(readdirSync(elsewhere)).toEqual([]);

		const open = temporaryDirectory(context);
		mkdirSync(join(open, 'netwatch'));
		chmodSync(join(open, 'netwatch'), 0o777);
		expect(writeCrashReport(crash(), {XDG_STATE_HOME: open})).toBeNull();
	});

	test('has the causes of an error', () => {
		const error = new Error('outer', {cause: new RangeError('inner')});
		expect(crashReportText({...crash(), error})).toMatch(/Error: outer[\s\S]*caused by RangeError: inner/);
		expect(crashReportText({...crash(), error: 'a text'})).toContain('a text');
	});
});

test('is written to ~/.local/state without an absolute XDG_STATE_HOME', context => {
	const home = temporaryDirectory(context);
	const expected = join(home, '.local/state/netwatch');
	expect(stateDirectory({HOME: home})).toBe(expected);
	expect(stateDirectory({HOME: home, XDG_STATE_HOME: 'state'})).toBe(expected);
});
