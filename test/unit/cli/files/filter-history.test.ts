/** Filters kept from one run to the next, in a directory of the test's own. */
import {execFileSync} from 'node:child_process';
import {
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
import {
	type FilterHistory,
	filterHistoryPath,
	openFilterHistory,
} from '../../../../source/cli/files/filter-history.ts';

let home = '';
let path = '';
let said: string[] = [];

beforeEach(() => {
	home = realpathSync(mkdtempSync(join(tmpdir(), 'netwatch-history-test-')));
	path = join(home, 'netwatch', 'filters');
	said = [];
});
afterEach(() => rmSync(home, {recursive: true, force: true}));

const open = (at: string | null = path): FilterHistory =>
	openFilterHistory(at, (level, source, message) => said.push(`${level} ${source}: ${message}`));
const keep = async (...filters: string[]): Promise<void> => {
	const history = open();
	for (const filter of filters) history.remember(filter);
	await history.flushed();
};
const put = (text: string): void => {
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, text);
};

it.each([
	[{XDG_STATE_HOME: '/x', HOME: '/h'}, '/x/netwatch/filters'],
	[{XDG_STATE_HOME: 'relative', HOME: '/h'}, '/h/.local/state/netwatch/filters'],
	[{HOME: '/h'}, '/h/.local/state/netwatch/filters'],
	[{}, null],
])('with %j filters are kept in %s', (env, expected) => {
	expect(filterHistoryPath(env)).toBe(expected);
});

describe('the filter history', () => {
	it('is read by the next run, from a file that is readable by its owner alone', async () => {
		expect(open().filters).toEqual([]);
		await keep('stage:open', 'peer:10.0.0.0/8', 'stage:open');
		expect(open().filters).toEqual(['peer:10.0.0.0/8', 'stage:open']);
		expect(readFileSync(path, 'utf8')).toBe('peer:10.0.0.0/8\nstage:open\n');
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
		expect(readdirSync(dirname(path))).toEqual(['filters']);
		expect(said).toEqual([]);
	});

	it('merges the filters of two runs, and keeps the newest hundred', async () => {
		const [one, other] = [open(), open()];
		one.remember('a');
		await one.flushed();
		other.remember('b');
		await other.flushed();
		expect(open().filters).toEqual(['a', 'b']);
		put(Array.from({length: 120}, (_, index) => `port:${index}`).join('\n'));
		await keep('c');
		expect(open().filters).toHaveLength(100);
		expect(open().filters.slice(-2)).toEqual(['port:119', 'c']);
	});
});

describe('an invalid filter history', () => {
	it('has its valid filters read', () => {
		put(`stage:open\n\nstage:nonsense\n\x1b[2Jx\n\0\n  kind:tcp \n${'x'.repeat(2000)}\nstage:open\nlast`);
		expect(open().filters).toEqual(['kind:tcp', 'stage:open', 'last']);
	});

	it.each([
		['a huge file', () => put('x\n'.repeat(400_000))],
		['a directory', () => mkdirSync(path, {recursive: true})],
		[
			'a FIFO',
			() => {
				mkdirSync(dirname(path));
				execFileSync('mkfifo', [path]);
			},
		],
		[
			'a link to a device',
			() => {
				mkdirSync(dirname(path));
				symlinkSync('/dev/null', path);
			},
		],
	])('(%s) is left alone, and reported once', async (_what, make) => {
		make();
		const before = lstatSync(path);
		expect(open().filters).toEqual([]);
		await keep('stage:open', 'kind:tcp');
		expect(lstatSync(path).ino).toBe(before.ino);
		expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
		expect(said).toEqual([expect.stringMatching(/^info filter: filters are kept for this run alone: /)]);
	});

	it("does not replace a link of the user's own, which still points to the file", async () => {
		mkdirSync(dirname(path));
		const elsewhere = join(home, 'elsewhere');
		writeFileSync(elsewhere, 'a\n');
		symlinkSync(elsewhere, path);
		await keep('b');
		expect(lstatSync(path).isSymbolicLink()).toBe(true);
		expect(readFileSync(elsewhere, 'utf8')).toBe('a\nb\n');
	});

	it('is kept for this run alone without a home directory or a writable one', async () => {
		const none = open(null);
		none.remember('a');
		await none.flushed();
		expect(said).toEqual([]);
		writeFileSync(join(home, 'netwatch'), 'a file where the directory would be');
		await keep('a');
		expect(said).toHaveLength(1);
	});
});
