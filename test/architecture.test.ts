/**
 * The rooms of source/ and what each may import. The table is the rule: a folder, a package or an import that it does
 * not name fails. docs/architecture.md draws it.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {describe, expect, test} from 'vitest';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'source');

type Room = {
	/** Rooms, or single files, that it may import anything of. */
	imports?: readonly string[];
	/** Rooms that it may import types of. */
	types?: readonly string[];
	/** Packages, beside Node's own modules. */
	packages?: readonly string[];
	/** Whether Node's own modules may be imported: a pure room reads no clock and does no I/O. */
	isPure?: true;
	/** Its folders. */
	folders?: readonly string[];
};

const rooms: Readonly<Record<string, Room>> = {
	wire: {isPure: true},
	text: {isPure: true, packages: ['string-width']},
	shared: {},
	domain: {isPure: true, imports: ['wire', 'text', 'shared'], folders: ['diagnosis', 'fields', 'view']},
	procfs: {imports: ['domain', 'shared']},
	launcher: {
		imports: ['domain', 'text', 'shared'],
		packages: ['execa'],
		folders: ['output', 'session-files', 'signals'],
	},
	hook: {
		imports: ['wire'],
		folders: ['http', 'lifecycle', 'net', 'runtime', 'state'],
	},
	model: {
		isPure: true,
		imports: ['domain', 'text', 'shared'],
		folders: [
			...['diagnosis', 'diagnosis/evidence', 'diagnosis/rules', 'diagnosis/rules/accept'],
			...['diagnosis/rules/close', 'diagnosis/rules/connect', 'diagnosis/rules/idle'],
			...['diagnosis/rules/lookup', 'diagnosis/rules/read', 'diagnosis/rules/tls'],
			...['diagnosis/rules/write', 'history', 'hook-records', 'join', 'join/check'],
			...['listeners', 'namespaces', 'processes', 'routes', 'table'],
		],
	},
	query: {
		isPure: true,
		// The names of the rules are words of the filter language.
		imports: ['domain', 'text', 'shared', 'model/diagnosis/rules/index.ts'],
		packages: ['ipaddr.js'],
		folders: ['filter', 'filter/regex', 'timeline'],
	},
	kernel: {
		imports: ['domain', 'procfs', 'text', 'shared'],
		packages: ['systeminformation'],
		folders: [
			...['child', 'counters', 'ip', 'parsing', 'poll', 'portable', 'procnet'],
			...['ss', 'ss/events', 'ss/parse'],
		],
	},
	intake: {imports: ['wire', 'domain', 'text', 'shared']},
	records: {
		imports: ['domain', 'text', 'shared'],
		types: ['model'],
		packages: ['zod'],
		folders: ['format', 'write'],
	},
	report: {imports: ['domain', 'text', 'shared'], types: ['model']},
	screen: {
		// The titles of the rules head the findings.
		imports: ['domain', 'query', 'text', 'shared', 'model/diagnosis/rules/index.ts'],
		packages: ['chalk', 'ink', 'ink-table', 'react', 'string-width'],
		folders: [
			...['charts', 'chrome', 'clipboard', 'columns', 'commands', 'detail', 'frame', 'keys', 'keys/entries'],
			...['lines', 'prompt', 'rows', 'screen-reader', 'state', 'store', 'table', 'tabs', 'tabs/diagnoses'],
			...['tabs/output', 'tabs/processes', 'tabs/routes', 'terminal', 'theme'],
		],
	},
	session: {
		imports: ['wire', 'intake', 'kernel', 'procfs', 'launcher', 'model', 'domain', 'text', 'shared'],
		folders: ['launched', 'process'],
	},
	doctor: {imports: ['kernel', 'procfs', 'launcher', 'intake', 'domain', 'text', 'shared']},
	cli: {
		imports: [
			...['session', 'screen', 'records', 'report', 'doctor', 'launcher', 'procfs', 'model', 'query'],
			...['domain', 'text', 'shared'],
		],
		packages: ['chalk', 'commander'],
		folders: ['commands', 'display', 'files', 'options', 'process'],
	},
};

const mostFiles = 16;
const mostLines = 300;

type Import = {specifier: string; isType: boolean};
type SourceFile = {path: string; lines: number; imports: readonly Import[]};

const files: readonly SourceFile[] = readdirSync(source, {recursive: true, withFileTypes: true})
	.filter(entry => entry.isFile())
	.map(entry => {
		const path = join(entry.parentPath, entry.name);
		const text = readFileSync(path, 'utf8');
		return {path: relative(source, path), lines: text.split('\n').length - 1, imports: importsOf(text)};
	});
const paths = new Set(files.map(({path}) => path));
const roomOf = (path: string): string => path.split('/')[0] ?? '';

/** `import … from`, `export … from` and `import()`; a type import is one as a whole. */
function importsOf(text: string): Import[] {
	const statements = text.matchAll(/^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"];/gms);
	const calls = text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g);
	return [
		...[...statements].map(([, type, specifier = '']) => ({specifier, isType: type !== undefined})),
		...[...calls].map(([, specifier = '']) => ({specifier, isType: false})),
	];
}

/** The file below source/ that a relative import means. */
const fileOf = (from: string, {specifier}: Import): string =>
	relative(source, resolve(source, dirname(from), specifier));

const packageOf = (specifier: string): string =>
	specifier.startsWith('@') ? specifier.split('/', 2).join('/') : (specifier.split('/')[0] ?? '');

/** Why a file must not import what it does; null where it may. */
function objection(path: string, one: Import): string | null {
	const name = roomOf(path);
	const room = rooms[name];
	if (room === undefined) return `${path}: the table has no room ${name}`;
	const {specifier, isType} = one;
	if (specifier.startsWith('node:'))
		return room.isPure && !isType ? `${path}: ${name} is pure: ${specifier}` : null;
	if (!specifier.startsWith('.')) {
		return room.packages?.includes(packageOf(specifier)) ? null : `${path}: ${name} takes no ${specifier}`;
	}

	const to = fileOf(path, one);
	if (!paths.has(to)) return `${path}: ${specifier} is no file of source/ with its extension`;
	const other = roomOf(to);
	const isAllowed =
		other === name ||
		room.imports?.includes(other) ||
		room.imports?.includes(to) ||
		(isType && room.types?.includes(other));
	return isAllowed ? null : `${path}: ${name} must not import ${to}`;
}

/** Groups of files that import each other in a circle, by Tarjan's algorithm. */
function circles(): string[][] {
	const found: string[][] = [];
	const order = new Map<string, number>();
	const lowest = new Map<string, number>();
	const stack: string[] = [];
	const targets = new Map(
		files.map(({path, imports}) => [
			path,
			imports.filter(({specifier}) => specifier.startsWith('.')).map(one => fileOf(path, one)),
		]),
	);
	const low = (path: string): number => lowest.get(path) ?? Number.POSITIVE_INFINITY;
	const visit = (path: string): void => {
		order.set(path, order.size);
		lowest.set(path, order.size - 1);
		stack.push(path);
		for (const target of targets.get(path) ?? []) {
			if (!order.has(target)) {
				visit(target);
				lowest.set(path, Math.min(low(path), low(target)));
			} else if (stack.includes(target)) {
				lowest.set(path, Math.min(low(path), order.get(target) ?? 0));
			}
		}

		if (low(path) !== order.get(path)) return;
		const group = stack.splice(stack.indexOf(path));
		if (group.length > 1) found.push(group.toSorted());
	};
	for (const path of paths) if (!order.has(path)) visit(path);
	return found;
}

describe('the rooms of source/', () => {
	test('are all read: the table would hold nothing of an empty folder', () => {
		expect(files.length).toBeGreaterThan(400);
		expect(files.flatMap(({imports}) => imports).length).toBeGreaterThan(2000);
		expect(new Set(files.map(({path}) => roomOf(path)))).toEqual(new Set(Object.keys(rooms)));
	});

	test('import what the table allows them, and nothing else', () => {
		expect(
			files.flatMap(({path, imports}) =>
				imports.map(one => objection(path, one)).filter(text => text !== null),
			),
		).toEqual([]);
	});

	test('have the folders that the table names', () => {
		const seen = new Set(
			readdirSync(source, {recursive: true, withFileTypes: true})
				.filter(entry => entry.isDirectory())
				.map(entry => relative(source, join(entry.parentPath, entry.name))),
		);
		const known = Object.entries(rooms).flatMap(([name, {folders = []}]) => [
			name,
			...folders.map(folder => `${name}/${folder}`),
		]);
		expect([...seen].toSorted()).toEqual(known.toSorted());
	});

	test('hold no files that import each other in a circle', () => {
		expect(circles()).toEqual([]);
	});

	test(`have at most ${mostFiles} files a folder, and at most ${mostLines} lines a file`, () => {
		const sizes = new Map<string, number>();
		for (const {path} of files) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1);
		expect([...sizes].filter(([, size]) => size > mostFiles)).toEqual([]);
		expect(files.filter(({lines}) => lines > mostLines).map(({path}) => path)).toEqual([]);
	});
});

describe('the table', () => {
	test.for([
		['model/table/rows.ts', './entry.ts', null],
		['model/table/rows.ts', 'node:fs', /is pure/],
		['model/table/rows.ts', '../../kernel/reader.ts', /must not import kernel\/reader\.ts/],
		['screen/app.tsx', '../kernel/reader.ts', /must not import/],
		['hook/index.ts', 'execa', /takes no execa/],
		['hook/index.ts', '../wire/records', /no file/],
		['attic/old.ts', './new.ts', /no room attic/],
	] as const)('%s importing %s', ([path, specifier, expected]) => {
		const answer = objection(path, {specifier, isType: false});
		if (expected === null) expect(answer).toBeNull();
		else expect(answer).toMatch(expected);
	});

	test('takes type imports of the model by the records', () => {
		const one = {specifier: '../../model/index.ts', isType: true};
		expect(objection('records/write/recorder.ts', one)).toBeNull();
		expect(objection('records/write/recorder.ts', {...one, isType: false})).toMatch(/must not import/);
	});
});

/** Tests of what lies outside source/. */
const elsewhere = new Set(['scripts/generated-docs', 'screenshots/render', 'examples', 'hook/paired/paired']);

/** `test/unit/ROOM/…/NAME.test.ts` and `NAME.ASPECT.test.ts` are tests of `source/ROOM/…/NAME.ts`. */
test.for([
	['unit', 50],
	['frames', 20],
	['integration', 50],
] as const)('test/%s mirrors source/ by folder and file name', ([folder, atLeast]) => {
	const tests = readdirSync(join(root, 'test', folder), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
		.map(entry => relative(join(root, 'test', folder), join(entry.parentPath, entry.name)));
	expect(tests.length).toBeGreaterThan(atLeast);
	const stems = new Set([...paths].map(path => path.replace(/\.tsx?$/, '')));
	const stray = tests.filter(path => {
		const stem = path.replace(/(?:\.[a-z0-9-]+)?\.test\.tsx?$/, '');
		const whole = path.replace(/\.test\.tsx?$/, '');
		return !stems.has(stem) && !stems.has(whole) && !elsewhere.has(whole);
	});
	expect(stray).toEqual([]);
});
