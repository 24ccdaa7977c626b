/** Settings kept from one run to the next, in a directory of the test's own. */
import {execFileSync} from 'node:child_process';
import {
	chownSync,
	existsSync,
	lchownSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {openSettings, type Settings, settingsPath} from '../../../../source/cli/files/settings.ts';

let home = '';
let path = '';
let said: string[] = [];

beforeEach(() => {
	home = realpathSync(mkdtempSync(join(tmpdir(), 'netwatch-settings-test-')));
	path = join(home, 'netwatch', 'settings.json');
	said = [];
});
afterEach(() => rmSync(home, {recursive: true, force: true}));

const open = (at: string | null = path): Settings =>
	openSettings(at, (level, source, message) => said.push(`${level} ${source}: ${message}`));

const choice = {order: ['peer', 'process'], hidden: []};
const keep = async (settings = open()): Promise<void> => {
	settings.saveColumns('connections', choice);
	await settings.flushed();
};
const put = (text: string): void => {
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, text);
};
const content = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('the directory of the settings', () => {
	it.each([
		[{XDG_CONFIG_HOME: '/x', HOME: '/h'}, '/x/netwatch/settings.json'],
		[{XDG_CONFIG_HOME: 'relative', HOME: '/h'}, '/h/.config/netwatch/settings.json'],
		[{HOME: '/h'}, '/h/.config/netwatch/settings.json'],
		[{}, null],
	])('%j: %s', (env, expected) => {
		expect(settingsPath(env)).toBe(expected);
	});

	it('is missing without a home: the choice holds for this run, and that is reported', async () => {
		const settings = open(null);
		expect(said).toEqual([]);
		await keep(settings);
		expect(said).toEqual(['warn settings: the columns hold for this run alone: there is no home directory']);
	});
});

describe('a saved setting', () => {
	it('is read by the next run, from a file that is readable by its owner alone', async () => {
		expect(open().columns).toEqual({connections: null, listeners: null});
		await keep();
		expect(open().columns).toEqual({connections: choice, listeners: null});
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
		expect(readdirSync(dirname(path))).toEqual(['settings.json']);
		expect(said).toEqual([expect.stringMatching(/^info settings: the columns are kept in /)]);
	});

	it('replaces one table at a time, and keeps the tables saved by another netwatch', async () => {
		const [one, other] = [open(), open()];
		await keep(one);
		other.saveColumns('listeners', {order: ['local'], hidden: ['queue']});
		await other.flushed();
		expect(content()).toEqual({
			version: 1,
			columns: {connections: choice, listeners: {order: ['local'], hidden: ['queue']}},
		});
		other.saveColumns('connections', null);
		await other.flushed();
		expect(content()).toEqual({version: 1, columns: {listeners: {order: ['local'], hidden: ['queue']}}});
	});

	it('has columns under their present names, also where an earlier netwatch has written it', () => {
		put(
			'{"version": 1, "columns": {"connections": {"order": ["out", "sent", "found", "peer"], "hidden": ["in"]}, "listeners": {"order": ["address", "half-open"]}}}',
		);
		expect(open().columns).toEqual({
			connections: {order: ['jsout', 'sent', 'severity', 'peer'], hidden: ['jsin']},
			listeners: {order: ['local', 'halfopen'], hidden: []},
		});
	});

	it('keeps the fields that this version does not know', async () => {
		put('{"version": 1, "theme": {"a": [1]}, "columns": {"routes": 5}}');
		await keep();
		expect(content()).toEqual({
			version: 1,
			theme: {a: [1]},
			columns: {routes: 5, connections: choice},
		});
	});

	it('is the last of many choices in quick succession', async () => {
		const settings = open();
		for (let count = 0; count < 20; count++) {
			settings.saveColumns('connections', {order: [`c${count}`], hidden: []});
		}
		await settings.flushed();
		expect(open().columns.connections).toEqual({order: ['c19'], hidden: []});
		expect(readdirSync(dirname(path))).toEqual(['settings.json']);
	});
});

describe('an invalid settings file is reported, left alone, and does not stop netwatch', () => {
	it.each([
		['broken', '{"version": 1, "columns"', 'is not JSON'],
		['empty', '', 'is not JSON'],
		['another kind of JSON', '[1]', 'holds no JSON object'],
		['a later version', '{"version": 2}', 'is not of version 1, the only one that this netwatch knows'],
		['huge', `{"version": 1, "x": "${'x'.repeat(70_000)}"}`, 'is no file of at most 64 kB'],
	])('%s', async (_what, text, reason) => {
		put(text);
		const settings = open();
		expect(settings.columns).toEqual({connections: null, listeners: null});
		expect(said).toEqual([`warn settings: ${path} ${reason}: it is left alone`]);
		await keep(settings);
		expect(said[1]).toBe(`warn settings: the columns hold for this run alone: ${path} ${reason}`);
		expect(readFileSync(path, 'utf8')).toBe(text);
	});

	it.each([
		['no object', '5'],
		['no list', '{"connections": {"order": "process"}}'],
		['a list of other things', '{"connections": {"order": ["process", 5]}}'],
		['a name without end', `{"connections": {"order": ["${'x'.repeat(65)}"]}}`],
		['a list without end', `{"connections": {"order": [${'"x",'.repeat(200)}"x"]}}`],
		['no list of those that are off', '{"connections": {"order": [], "hidden": {}}}'],
	])('with columns that are %s loses those alone', (_what, columns) => {
		put(`{"version": 1, "columns": ${columns.replace(/\}$/, ', "listeners": {"order": ["queue"]}}')}}`);
		expect(open().columns.connections).toBeNull();
		if (columns.endsWith('}')) expect(open().columns.listeners).toEqual({order: ['queue'], hidden: []});
		expect(said[0]).toBe(`warn settings: ${path}: its columns are not understood`);
	});

	it('does not block where it is a FIFO', () => {
		mkdirSync(dirname(path));
		execFileSync('mkfifo', [path]);
		open();
		expect(said).toEqual([`warn settings: ${path} is no file of at most 64 kB: it is left alone`]);
	});

	it('is reported where it is a directory', async () => {
		mkdirSync(path, {recursive: true});
		await keep();
		expect(said[0]).toContain('is no file of at most 64 kB');
		expect(said[1]).toContain('hold for this run alone');
	});
});

describe('a write error is reported', () => {
	it('where a file stands in the place of the directory', async () => {
		writeFileSync(join(home, 'netwatch'), '');
		await keep();
		expect(said.at(-1)).toContain('the columns hold for this run alone');
		expect(lstatSync(join(home, 'netwatch')).isFile()).toBe(true);
	});

	it('where no directory can be made, even by root', async () => {
		await keep(open('/sys/netwatch/settings.json'));
		expect(said).toEqual([
			expect.stringMatching(
				/^warn settings: the columns hold for this run alone: \/sys\S+ cannot be written \([a-z -]+\)$/,
			),
		]);
	});
});

describe('symbolic links', () => {
	it("of the user's own are followed, and stay", async () => {
		const kept = join(home, 'dotfiles.json');
		writeFileSync(kept, '{"version": 1, "mine": true}');
		mkdirSync(dirname(path));
		symlinkSync(kept, path);
		await keep();
		expect(lstatSync(path).isSymbolicLink()).toBe(true);
		expect(JSON.parse(readFileSync(kept, 'utf8'))).toMatchObject({
			mine: true,
			columns: {connections: choice},
		});
	});

	it.runIf(process.getuid?.() === 0)(
		'of another user are replaced, and not followed (needs root)',
		async () => {
			const other = join(home, 'other.json');
			writeFileSync(other, '{"version": 1}');
			mkdirSync(dirname(path));
			symlinkSync(other, path);
			lchownSync(path, 65_534, 65_534);
			await keep();
			expect(lstatSync(path).isFile()).toBe(true);
			expect(readFileSync(other, 'utf8')).toBe('{"version": 1}');
		},
	);

	it.runIf(process.getuid?.() === 0)("root leaves nothing in another's home (needs root)", async () => {
		chownSync(home, 65_534, 65_534);
		await keep();
		expect(readdirSync(home)).toEqual([]);
		expect(said.at(-1)).toContain('the directory is of another user than root');
	});

	it('without a target are reported', async () => {
		mkdirSync(dirname(path));
		symlinkSync(join(home, 'nowhere', 'x.json'), path);
		await keep();
		expect(said.at(-1)).toContain('hold for this run alone');
		expect(existsSync(join(home, 'nowhere'))).toBe(false);
	});
});
