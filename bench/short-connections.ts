/**
 * What a connection that was over before its report costs the model: frames of such connections through the intake and
 * into the rows, without hook, kernel and screen. With another checkout, both in turns.
 *
 *     npx tsx bench/short-connections.ts [--connections N] [--rounds N] [--against CHECKOUT]
 */
import {execFileSync} from 'node:child_process';
import {resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import type {WireRecord} from '../source/wire/records.ts';
import {describeSpread, spread} from './spread.ts';

const {values} = parseArgs({
	options: {
		connections: {type: 'string', default: '100000'},
		rounds: {type: 'string', default: '7'},
		against: {type: 'string'},
		/** Measures this checkout in this process, and prints the microseconds: a round. */
		round: {type: 'string'},
	},
});
const connections = Number(values.connections);
const inFrame = 20;
const framesBetweenTicks = 100;

if (values.round === undefined) compare();
else console.log(await measure(values.round));

function compare(): void {
	const checkouts = ['.', ...(values.against === undefined ? [] : [values.against])];
	const times = checkouts.map((): number[] => []);
	for (let round = 0; round < Number(values.rounds); round++) {
		for (const [index, checkout] of checkouts.entries()) times[index]?.push(runRound(checkout));
	}

	for (const [index, checkout] of checkouts.entries()) {
		const factor = spread(times[index] ?? []).median / spread(times.at(-1) ?? []).median;
		console.log(`${checkout}: ${describeSpread(times[index] ?? [], 1)} µs of CPU each, ${factor.toFixed(2)}`);
	}
}

/** A process for each round: the compiled code of one build does not serve the other. */
function runRound(checkout: string): number {
	const args = ['--import', 'tsx', fileURLToPath(import.meta.url), '--round', checkout];
	return Number(
		execFileSync(process.execPath, [...args, '--connections', `${connections}`], {encoding: 'utf8'}),
	);
}

async function measure(checkout: string): Promise<number> {
	const from = (path: string) => import(pathToFileURL(resolve(checkout, 'source', path)).href);
	const {createHookThreads}: typeof import('../source/intake/hook-threads.ts') =
		await from('intake/hook-threads.ts');
	const {createModel}: typeof import('../source/model/index.ts') = await from('model/index.ts');
	const model = createModel();
	let at = 1_763_800_000_000;
	const clock = {now: () => at, toEpoch: (ms: number) => ms, monotonicShiftOf: () => 0};
	const threads = createHookThreads(clock, {pid: 100}, input => model.apply(input));
	let sequence = 0;
	const take = (records: WireRecord[]): void =>
		threads.applyFrame({sender: {pid: 100, thread: 0, nonce: 1}, sequence: sequence++, records});
	const local = {address: '127.0.0.1', port: 8080, family: 4} as const;
	const argv = ['node', 'server.js'];
	take([
		{type: 'hello', at, node: 'v20.20.2', ppid: 1, netns: '4026531840', title: 'node', argv, execArgv: []},
		{type: 'listen', id: 1, at, local, inode: 55, backlog: 511},
	]);
	let id = 1;
	const connect = (): WireRecord => ({
		...{type: 'shortConnection', id: ++id, at: at - 1, kind: 'tcp', listener: 1, local},
		peer: {address: '127.0.0.1', port: 20_000 + (id % 30_000), family: 4},
		...{firstIn: 200, firstInBytes: 80, firstOut: 300, firstOutBytes: 120, peerEnd: 900, localEnd: 500},
		...{closed: 950, method: 'GET', path: '/', status: 200, count: 1},
		...{bytesRead: 80, bytesWritten: 120, reason: 'local-end'},
	});
	const run = (frames: number): void => {
		for (let frame = 0; frame < frames; frame++) {
			at += 2;
			take(Array.from({length: inFrame}, connect));
			if (frame % framesBetweenTicks !== 0) continue;
			model.apply({type: 'clock', at});
			model.takeChanges();
		}
	};
	// The code is compiled first.
	run(connections / inFrame / 5);
	const before = process.cpuUsage();
	run(connections / inFrame);
	const {user, system} = process.cpuUsage(before);
	return (user + system) / connections;
}
