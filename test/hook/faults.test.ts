// An observer that throws is switched off and named; the program and all other observers go on as ever.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';
import {afterAll, beforeAll, describe, expect, type TestContext, test} from 'vitest';
import {startNetwatch} from '../support/netwatch.ts';
import {plain} from '../support/outcome.ts';
import {node, target, temporaryDirectory} from '../support/program.ts';

const source = fileURLToPath(new URL('../../source/hook/', import.meta.url));
const files = readdirSync(source).filter(name => name.endsWith('.ts') && name !== 'observers.ts');

/** How an observer is made: its name is written where it is made, so the source is the list of all. */
const made = /\bobserver\(\s*('[^']*'|[^)\s]+),/g;
const observers = files.flatMap(file => {
	const text = readFileSync(join(source, file), 'utf8');
	return [...text.matchAll(made)].map(([, name = '']) => name.slice(1, -1));
});

/** What is called only while another observer works: without it there is nothing to look at. */
const calledThrough: Record<string, string[]> = {
	'socket discovered': observers.filter(name => /^(?:socket emits|path|path event)$/.test(name)),
	'socket emits': ['path event'],
	listen: ['server error'],
	exit: ['finish'],
	path: ['path event'],
};

/** How long the program goes on when all of its sockets are closed. */
const quietMs = 1200;

/** Called so often that a fault may come when half of a connection has been told. */
const midway = [
	'socket discovered',
	'socket touched',
	'socket emits',
	'socket destroyed',
	'settle',
	'sample',
];

const faults: Plugin = {
	name: 'faults',
	setup({onLoad}) {
		onLoad({filter: /\/source\/hook\/[^/]+\.ts$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const isMaker = path.endsWith('/observers.ts');
			return {contents: isMaker ? text : text.replaceAll(made, 'faulty(observer, $1,'), loader: 'ts'};
		});
	},
};

let directory = '';
let hook = '';

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'netwatch-faults-'));
	hook = join(directory, 'hook.cjs');
	await build({
		entryPoints: [join(source, 'index.ts')],
		outfile: hook,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node18',
		inject: [fileURLToPath(new URL('faulty.ts', import.meta.url))],
		plugins: [faults],
	});
});
afterAll(() => rm(directory, {recursive: true, force: true}));

/** Runs the program below netwatch with the faulty hook in the place of the product's. */
const run = async (context: TestContext, name: string, at: number) => {
	const log = join(temporaryDirectory(context), 'calls');
	writeFileSync(log, '');
	const faulty = ['env', `NODE_OPTIONS=--require "${hook}"`, `FAULT_IN=${name}`, `FAULT_AT=${at}`];
	const netwatch = startNetwatch(context, [...faulty, `FAULT_LOG=${log}`, node, target('all-kinds')]);
	const summary = await netwatch.summary();
	await netwatch.ended;
	return {netwatch, summary, called: readFileSync(log, 'utf8').split('\n').filter(Boolean)};
};

test('each observer has a name of its own, and is made by that one function', () => {
	expect(observers.length).toBeGreaterThan(10);
	expect(new Set(observers).size).toBe(observers.length);
	expect(observers.filter(name => !/^[a-z][a-z ]+$/.test(name))).toEqual([]);
});

test('without a fault each of them is called', async context => {
	const {netwatch, called} = await run(context, '', 0);
	expect([...new Set(called)].sort()).toEqual([...observers].sort());
	expect(netwatch.all('notice').filter(({level}) => level === 'error')).toEqual([]);
});

describe.concurrent('thrown in an observer', () => {
	test.for([...observers.map(name => ({name, at: 1})), ...midway.map(name => ({name, at: 4}))])(
		'$name, call $at',
		async ({name, at}, context) => {
			const [without, {netwatch, summary, called}] = await Promise.all([
				plain(context, [target('all-kinds')]),
				run(context, name, at),
			]);
			expect(summary.exitCode).toBe(without.exitCode);
			expect(without).toMatchObject({exitCode: 7, signal: null, stderr: ''});
			expect(netwatch.stderr()).toBe(without.stdout);

			const message = `observer "${name}" is switched off after an exception: RangeError: thrown in ${name}`;
			// The faulty hook is not the one that netwatch looks for in the environment; that is no matter here.
			const told = netwatch.troubles().filter(({source}) => source.startsWith('hook in'));
			expect(told).toMatchObject([{level: 'error', message}]);
			const silent = observers.filter(other => !called.includes(other));
			expect(calledThrough[name] ?? []).toEqual(expect.arrayContaining(silent));

			// What was closed while the program ran was told while it ran, and nothing is left for its end.
			const end = netwatch.all('process').find(({event}) => event === 'exit')?.at ?? 0;
			const late = netwatch
				.all('step')
				.filter(({step, at}) => /^(?:close|unlisten)$/.test(step) && at > end - quietMs / 2);
			expect(late).toEqual([]);
			expect(summary).toMatchObject({dropped: 0});
			expect(
				Object.keys(summary.byStage).filter(stage => !/^(?:closed|failed|lingering)$/.test(stage)),
			).toEqual([]);
		},
	);
});
