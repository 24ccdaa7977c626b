import {chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {createSessionDir} from '../../../../source/launcher/session-files/directory.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

const places = (runtimeMode: number | null) => {
	const root = temporaryDirectory();
	const temporary = join(root, 'tmp');
	const runtime = join(root, 'run');
	mkdirSync(temporary);
	if (runtimeMode !== null) {
		mkdirSync(runtime);
		chmodSync(runtime, runtimeMode);
	}
	return {temporary, runtime, env: {...process.env, TMPDIR: temporary, XDG_RUNTIME_DIR: runtime}};
};

const permissions = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

test('only this user can enter the session, and its FIFOs and files are private', () => {
	const {env} = places(0o700);
	const session = createSessionDir(env);
	for (const fifo of [session.hookFifo, session.stdinFifo]) {
		expect(lstatSync(fifo).isFIFO()).toBe(true);
		expect(permissions(fifo)).toBe('600');
		expect(permissions(dirname(fifo))).toBe('700');
	}
	for (const log of [session.stdoutLog, session.stderrLog]) {
		expect(lstatSync(log).isFile()).toBe(true);
		expect(permissions(log)).toBe('600');
		expect(permissions(dirname(log))).toBe('700');
	}
	session.remove();
});

test('the FIFOs are in the runtime directory, and the output is on the disk', () => {
	const {env, runtime, temporary} = places(0o700);
	const session = createSessionDir(env);
	expect(dirname(session.path)).toBe(runtime);
	expect(dirname(dirname(session.stdoutLog))).toBe(temporary);
	session.remove();
	expect([...readdirSync(runtime), ...readdirSync(temporary)]).toEqual([]);
});

test.each([
	['is missing', null],
	['can be entered by others', 0o755],
])('where the runtime directory %s, all files are in the temporary directory', (_, mode) => {
	const {env, temporary} = places(mode);
	const session = createSessionDir(env);
	for (const path of [session.hookFifo, session.stdoutLog]) expect(dirname(dirname(path))).toBe(temporary);
	session.remove();
	session.remove();
	expect(readdirSync(temporary)).toEqual([]);
});

test('foreign files in the directory of the session stay', () => {
	const {env} = places(null);
	const session = createSessionDir(env);
	const stranger = join(session.path, 'hook-0123.cjs');
	writeFileSync(stranger, '');
	session.remove();
	expect(readdirSync(session.path)).toEqual(['hook-0123.cjs']);
});

test('a missing temporary directory is reported, with the fix', () => {
	const {env, temporary} = places(null);
	const missing = join(temporary, 'nowhere');
	expect(() => createSessionDir({...env, TMPDIR: missing})).toThrow(
		new RegExp(`private directory in ${missing}.*Set TMPDIR`),
	);
});

test('a missing mkfifo is reported with its package, and no file is left behind', () => {
	const {env, temporary} = places(null);
	const path = process.env.PATH;
	process.env.PATH = temporary;
	try {
		expect(() => createSessionDir(env)).toThrow(/mkfifo is missing.*coreutils/);
	} finally {
		process.env.PATH = path;
	}
	expect(readdirSync(temporary)).toEqual([]);
	expect(existsSync(temporary)).toBe(true);
});
