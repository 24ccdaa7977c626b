// An observer that throws is switched off and named; the program and all other observers go on as ever.
import {execFileSync, spawnSync} from 'node:child_process';
import {closeSync, constants, openSync, readFileSync, writeFileSync} from 'node:fs';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';
import {afterAll, describe, expect, type TestContext, test} from 'vitest';
import {fewAtOnce} from '../../../helpers/process/few-at-once.ts';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {plain} from '../../../helpers/process/outcome.ts';
import {node, target} from '../../../helpers/process/paths.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

const source = fileURLToPath(new URL('../../../../source/hook/', import.meta.url));
const maker = /\bguard\(/g;
const definition = /\bfunction guard\b/;
/** The places in the source that make an observer. With a wrong path above there would be none, and nothing tested. */
const leastPlaces = 28;
const places = new Set<string>();

/** Each place that makes an observer makes one that throws on demand. */
const faults: Plugin = {
	name: 'faults',
	setup({onLoad}) {
		onLoad({filter: /\/source\/hook\/.+\.ts$/}, async ({path}) => {
			const contents = await readFile(path, 'utf8');
			if (definition.test(contents)) return {contents, loader: 'ts'};
			const file = relative(source, path);
			let count = 0;
			const changed = contents.replace(maker, () => {
				const place = `${file}:${++count}`;
				places.add(place);
				return `faulty(guard, '${place}',`;
			});
			return {contents: changed, loader: 'ts'};
		});
	},
};

const directory = await mkdtemp(join(tmpdir(), 'netwatch-faults-'));
afterAll(() => rm(directory, {recursive: true, force: true}));
const hook = join(directory, 'hook.cjs');
await build({
	entryPoints: [join(source, 'index.ts')],
	outfile: hook,
	bundle: true,
	platform: 'node',
	format: 'cjs',
	target: 'node18',
	inject: [fileURLToPath(new URL('../../../helpers/process/throwing-observer.ts', import.meta.url))],
	plugins: [faults],
});

if (places.size < leastPlaces) {
	throw new Error(`${places.size} places make an observer by guard(), at least ${leastPlaces} were expected`);
}

const linesOf = (log: string, kind: 'made' | 'call'): string[] =>
	readFileSync(log, 'utf8')
		.split('\n')
		.filter(line => line.startsWith(kind))
		.map(line => line.slice(kind.length + 1));

/** One run without netwatch and without a fault: which observers there are, and which of them this Node calls. */
const observe = () => {
	const [fifo, log] = [join(directory, 'fifo'), join(directory, 'calls')];
	execFileSync('mkfifo', ['-m', '600', fifo]);
	const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
	const env = {...process.env, NODE_OPTIONS: `--require "${hook}"`, NETWATCH_FIFO: fifo, FAULT_LOG: log};
	spawnSync(node, [target('all-kinds')], {env, timeout: 20_000});
	closeSync(reader);
	const made = linesOf(log, 'made').map(line => /^(\S+) (.*)$/.exec(line)?.slice(1) ?? []);
	const called = [...new Set(linesOf(log, 'call'))];
	return {madeAt: made.map(([place]) => place), names: made.map(([, name = '']) => name), called};
};
const {madeAt, names, called: observers} = observe();

/** Observers and channels of some versions of Node only. */
const major = Number.parseInt(process.versions.node, 10);
const notHere = (name: string): boolean => major < 22 && / stream (?:start|finish|close)$/.test(name);
const onlyOn18 = 'client socket';

/** Observers that are called only while another one works. */
const calledThrough: Record<string, RegExp> = {
	'socket discovered': /^(?:socket emits|path event)$/,
	'socket emits': /^path event$/,
	listen: /^server error$/,
	exit: /^finish$/,
	'udp socket': /^udp (?:emits|error)$/,
	'udp emits': /^udp error$/,
	tick: /^(?:settle|answers|servers|udp|sample|load|pool|resync)$/,
};

/** How long the program goes on when all of its sockets are closed. */
const quietMs = 1200;

/** Called so often that a fault may come when half of a connection has been reported. */
const midway = [
	'socket discovered',
	'socket touched',
	'socket emits',
	'socket destroyed',
	'settle',
	'sample',
];

/** Runs the program below netwatch with the faulty hook in the place of the product's. */
const run = async (context: TestContext, name: string, at: number) => {
	const log = join(temporaryDirectory(context), 'calls');
	writeFileSync(log, '');
	const faulty = ['env', `NODE_OPTIONS=--require "${hook}"`, `FAULT_IN=${name}`, `FAULT_AT=${at}`];
	const command = [...faulty, `FAULT_LOG=${log}`, node, target('all-kinds')];
	const netwatch = startNetwatch(context, command, {args: ['--no-kernel']});
	const summary = await netwatch.summary();
	await netwatch.ended;
	return {netwatch, summary, called: linesOf(log, 'call')};
};

test('each observer has a unique name, and the program calls it', () => {
	expect(names.length).toBeGreaterThan(20);
	expect(new Set(names).size).toBe(names.length);
	expect(names.filter(name => !observers.includes(name))).toEqual(names.filter(notHere));
	const unmade = [...places].filter(place => !madeAt.includes(place));
	expect(unmade).toHaveLength(names.includes(onlyOn18) ? 0 : 1);
});

test('a run without a fault prints no notice', async context => {
	const {netwatch} = await run(context, '', 0);
	expect(netwatch.all('notice').filter(({level}) => level === 'error')).toEqual([]);
});

const few = fewAtOnce(3);

/** The same program without netwatch. */
const withoutNetwatch = plain({onTestFinished: afterAll}, [target('all-kinds')]);

describe.concurrent('a fault thrown in an observer', () => {
	test.for([...observers.map(name => ({name, at: 1})), ...midway.map(name => ({name, at: 4}))])(
		'$name, call $at',
		async ({name, at}, context) => {
			const {netwatch, summary, called} = await few(() => {
				context.signal.throwIfAborted();
				return run(context, name, at);
			});
			const without = await withoutNetwatch;
			expect(summary.exitCode).toBe(without.exitCode);
			expect(without).toMatchObject({exitCode: 7, signal: null, stderr: ''});
			expect(netwatch.stderr()).toBe(without.stdout);

			const message = `observer "${name}" is switched off after an exception: RangeError: thrown in ${name}`;
			// The faulty hook is not the one that netwatch expects in the environment; that does not matter here.
			const notices = netwatch.troubles().filter(({source}) => source.startsWith('hook in'));
			expect(notices).toMatchObject([{level: 'error', message}]);
			const silent = observers.filter(other => !called.includes(other));
			expect(silent.filter(other => calledThrough[name]?.test(other) !== true)).toEqual([]);

			// Each close was reported while the program ran, and none is left for its end.
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
