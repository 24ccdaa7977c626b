import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmdirSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {hookDirectories, installHook} from '../../../source/launcher/hook-file.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';

const content = 'globalThis.isHooked = true;\n';

const setUp = () => {
	const root = temporaryDirectory();
	const source = join(root, 'hook.cjs');
	writeFileSync(source, content);
	const lastResort = join(root, 'session');
	mkdirSync(lastResort, {mode: 0o700});
	return {root, source, lastResort, place: join(root, 'cache', 'netwatch')};
};

const permissions = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

test('the copy of the hook is named by its content, readable by all and writable by its owner only', () => {
	const {source, lastResort, place} = setUp();
	const umask = process.umask(0o077);
	const {path, notice} = installHook(source, [place], lastResort);
	process.umask(umask);
	expect(notice).toBeNull();
	expect(path).toMatch(/\/cache\/netwatch\/node_modules\/hook-[0-9a-f]{16}\.cjs$/);
	expect(readFileSync(path, 'utf8')).toBe(content);
	expect(permissions(path)).toBe('644');
	expect(permissions(place)).toBe('755');
	expect(permissions(dirname(path))).toBe('755');
	expect(readdirSync(dirname(path))).toHaveLength(1);
});

test('the same hook is installed once, and a different one beside it', () => {
	const {source, lastResort, place} = setUp();
	const first = installHook(source, [place], lastResort);
	const {ino} = lstatSync(first.path);
	expect(installHook(source, [place], lastResort)).toEqual(first);
	expect(lstatSync(first.path).ino).toBe(ino);
	writeFileSync(source, 'globalThis.isHooked = 2;\n');
	const second = installHook(source, [place], lastResort);
	const directory = dirname(first.path);
	expect(
		readdirSync(directory)
			.map(name => join(directory, name))
			.sort(),
	).toEqual([first.path, second.path].sort());
});

test.each([
	['has another content', (path: string) => writeFileSync(path, 'process.exit(1)')],
	['can be written by others', (path: string) => chmodSync(path, 0o666)],
	['cannot be read by others', (path: string) => chmodSync(path, 0o600)],
])('a copy that %s is replaced in one step', (_, spoil) => {
	const {source, lastResort, place} = setUp();
	const {path} = installHook(source, [place], lastResort);
	spoil(path);
	expect(installHook(source, [place], lastResort)).toEqual({path, notice: null});
	expect(readFileSync(path, 'utf8')).toBe(content);
	expect(permissions(path)).toBe('644');
});

test('a symbolic link in place of the copy is replaced, and its target stays unchanged', () => {
	const {root, source, lastResort, place} = setUp();
	const {path} = installHook(source, [place], lastResort);
	const victim = join(root, 'victim');
	renameSync(path, victim);
	symlinkSync(victim, path);
	expect(installHook(source, [place], lastResort).path).toBe(path);
	expect(lstatSync(path).isFile()).toBe(true);
	expect(lstatSync(path).ino).not.toBe(lstatSync(victim).ino);
	expect(readFileSync(victim, 'utf8')).toBe(content);
});

describe('a refused directory for the hook: the next one is used, with a notice', () => {
	const expectNext = (spoil: (place: string) => void) => {
		const {root, source, lastResort} = setUp();
		const place = join(root, 'spoilt', 'netwatch');
		mkdirSync(place, {recursive: true, mode: 0o755});
		spoil(place);
		const next = join(root, 'next');
		const {path, notice} = installHook(source, [place, next], lastResort);
		expect(path.startsWith(`${next}/`)).toBe(true);
		expect(notice).toContain(place);
		expect(notice).toContain(path);
		expect(existsSync(path)).toBe(true);
	};

	test.each([
		['others can write it', (place: string) => chmodSync(place, 0o777)],
		['others can write it, with the sticky bit', (place: string) => chmodSync(place, 0o1777)],
		['others can write what it lies in', (place: string) => chmodSync(dirname(place), 0o777)],
		[
			'it is a file',
			(place: string) => {
				rmdirSync(place);
				writeFileSync(place, '');
			},
		],
	])('%s', (_, spoil) => expectNext(spoil));

	test.runIf(process.geteuid?.() === 0)(
		'a directory of another user is refused for the hook (needs root)',
		() => expectNext(place => chownSync(place, 65_534, 65_534)),
	);
});

test('the session keeps the hook where every directory is refused', () => {
	const {root, source, lastResort} = setUp();
	const file = join(root, 'file');
	writeFileSync(file, '');
	const {path, notice} = installHook(source, [join(file, 'a'), join(file, 'b')], lastResort);
	expect(path.startsWith(`${lastResort}/hook-`)).toBe(true);
	expect(notice).toMatch(/is kept in .*since it could not be kept in/);
});

test('a missing build of the hook is reported, with the fix', () => {
	const {root, lastResort, place} = setUp();
	expect(() => installHook(join(root, 'none.cjs'), [place], lastResort)).toThrow(
		/none\.cjs cannot be read.*npm run build/,
	);
});

test('simultaneous installations of the hook end with one good copy', async () => {
	const {source, lastResort, place} = setUp();
	const module = fileURLToPath(new URL('../../../source/launcher/hook-file.ts', import.meta.url));
	const script = `import {installHook} from ${JSON.stringify(module)};
		for (let i = 0; i < 20; i++) console.log(installHook(${JSON.stringify(source)}, [${JSON.stringify(place)}], ${JSON.stringify(lastResort)}).notice)`;
	const runs = [1, 2, 3].map(async () => {
		const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let stdout = '';
		child.stdout.on('data', chunk => {
			stdout += chunk;
		});
		await once(child, 'close');
		return stdout;
	});
	expect(await Promise.all(runs)).toEqual(Array(3).fill('null\n'.repeat(20)));
	expect(readdirSync(place)).toHaveLength(1);
});

test.each([
	['root', {TMPDIR: '/t'}, 0, ['/var/cache/netwatch', '/t/netwatch-hook-0']],
	['a user', {HOME: '/home/ada', TMPDIR: '/t'}, 7, ['/home/ada/.cache/netwatch', '/t/netwatch-hook-7']],
	['a user with a cache', {XDG_CACHE_HOME: '/c', TMPDIR: '/t'}, 7, ['/c/netwatch', '/t/netwatch-hook-7']],
	[
		'a user with a relative cache',
		{XDG_CACHE_HOME: 'c', HOME: '/h', TMPDIR: '/t'},
		7,
		['/h/.cache/netwatch', '/t/netwatch-hook-7'],
	],
])('%s has its hook where no cleaner removes it', (_, env, uid, expected) => {
	expect(hookDirectories(env, uid)).toEqual(expected);
});
