/**
 * What it takes to write rows as lines of JSON, each once: the time until a reader has them all, how long the event loop
 * was held meanwhile, and how many lines were dropped. With another checkout, both in turns.
 *
 *     npx tsx bench/records.ts [--rows N] [--rounds N] [--against CHECKOUT]
 */
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, openSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import type {Row} from '../source/domain/row.ts';
import {makeKernelView, makeProcessView, makeRow, makeTcpInfo} from '../test/helpers/model/row.ts';
import {describeSpread} from './spread.ts';

const {values} = parseArgs({
	options: {
		rows: {type: 'string', default: '50000'},
		rounds: {type: 'string', default: '5'},
		against: {type: 'string'},
	},
});
const count = Number(values.rows);
const rounds = Number(values.rounds);

type Build = {
	createRecorder: typeof import('../source/records/write/recorder.ts').createRecorder;
	createLineWriter: typeof import('../source/records/write/line-writer.ts').createLineWriter;
	createModel: typeof import('../source/model/index.ts').createModel;
};

const load = async (checkout: string): Promise<Build> => {
	const from = (path: string) => import(pathToFileURL(resolve(checkout, 'source', path)).href);
	const [recorder, writer, model] = [
		await from('records/write/recorder.ts'),
		await from('records/write/line-writer.ts'),
		await from('model/index.ts'),
	];
	return {...recorder, ...writer, ...model};
};

const rows: readonly Row[] = Array.from({length: count}, (_, index) =>
	makeRow({
		id: `1.0.${index}`,
		local: {address: '10.0.0.5', port: 1024 + (index % 60_000), family: 4},
		process: makeProcessView({bytesRead: index}),
		kernel: makeKernelView({inode: index, info: makeTcpInfo({bytesAcked: index})}),
	}),
);

/** The longest time between two turns of the event loop until it is stopped, in ms. */
const watchLoop = (): (() => number) => {
	let [last, longest, stopped] = [performance.now(), 0, false];
	const turn = (): void => {
		const now = performance.now();
		longest = Math.max(longest, now - last);
		last = now;
		if (!stopped) setImmediate(turn);
	};
	turn();
	return () => {
		stopped = true;
		return longest;
	};
};

type Result = {ms: number; heldMs: number; dropped: number};

const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
process.on('exit', () => rmSync(directory, {recursive: true}));
const fifo = join(directory, 'lines');
execFileSync('mkfifo', ['-m', '600', fifo]);

const round = async ({createRecorder, createLineWriter, createModel}: Build): Promise<Result> => {
	// A reader that keeps pace, as behind a pipe.
	const reader = spawn('sh', ['-c', 'exec cat "$0" > /dev/null', fifo], {stdio: 'inherit'});
	const writer = createLineWriter(openSync(fifo, 'w'));
	const recorder = createRecorder(createModel({}), writer, '0', 1000);
	const changes = {changed: new Set(rows), removedIds: [], steps: [], diagnoses: [], notices: []};
	const began = performance.now();
	const longest = watchLoop();
	recorder.onChanges(changes, Date.now(), false);
	await new Promise(resolve => setImmediate(resolve));
	recorder.onChanges({...changes, changed: new Set()}, Date.now(), true);
	await recorder.end(Date.now());
	const result = {ms: performance.now() - began, heldMs: longest(), dropped: writer.droppedLines};
	reader.kill();
	await once(reader, 'exit');
	return result;
};

const builds = new Map([['this build', await load('.')]]);
if (values.against !== undefined) builds.set(values.against, await load(values.against));
const results = new Map([...builds.keys()].map(name => [name, [] as Result[]]));
// The first round of each is thrown away: V8 compiles meanwhile.
for (let number = -1; number < rounds; number++) {
	for (const [name, build] of builds) {
		const result = await round(build);
		if (number >= 0) results.get(name)?.push(result);
	}
}

console.log(`${count.toLocaleString('en')} rows, ${rounds} rounds: median (quartiles)`);
for (const [name, all] of results) {
	console.log(
		`${name}: ${describeSpread(
			all.map(({ms}) => ms),
			0,
		)} ms, the event loop held for ${describeSpread(
			all.map(({heldMs}) => heldMs),
			1,
		)} ms at most, ${all.reduce((sum, {dropped}) => sum + dropped, 0)} lines dropped`,
	);
}
