/**
 * The cost of the rules over the rows: one tick of the clock with many rows of which none, some or many
 * have changed since the last, and connections that come and go, of which most are never looked at before they leave.
 *
 *     npx tsx bench/diagnosis.ts [ROWS] [CONNECTIONS A SECOND] [--cpu]
 *
 * With --cpu the time is the processor's, which a busy machine changes less than the clock's; it counts the collection
 * of garbage on other threads, too.
 */

import type {SocketRecord} from '../source/domain/events.ts';
import {createModel} from '../source/model/index.ts';
import type {Model} from '../source/model/model.ts';
import {describeSpread} from './spread.ts';

const words = process.argv.slice(2).filter(word => word !== '--cpu');
const byCpu = process.argv.includes('--cpu');
const rows = Number(words[0] ?? 50_000);
const perSecond = Number(words[1] ?? 10_000);
const clock = (): number => {
	if (!byCpu) return performance.now();
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
};
const processes = 32;
const ticks = 41;
const tickMs = 250;
const netns = '4026531840';
const server = {address: '10.77.0.1', port: 3000, family: 4} as const;
let now = 1_763_800_000_000;

const peerOf = (index: number): {address: string; port: number; family: 4} => ({
	address: `10.0.${Math.floor(index / 50_000)}.${index % 250}`,
	port: 20_000 + (Math.floor(index / 250) % 40_000),
	family: 4,
});

function start(): Model {
	const model = createModel();
	for (let proc = 1; proc <= processes; proc++) {
		model.apply({
			...{type: 'process', event: 'start', proc, pid: 4700 + proc, thread: 0, at: now, ppid: 1, netns},
			...{node: 'v20', title: 'node', argv: [], program: 'server.js', wrapper: false},
		});
	}

	return model;
}

function report(model: Model, id: number, record: SocketRecord): void {
	const proc = 1 + (id % processes);
	model.apply({type: 'hook', proc, pid: 4700 + proc, thread: 0, at: now, record});
}

function accept(model: Model, id: number): void {
	report(model, id, {type: 'create', at: now, id, kind: 'tcp', role: 'server'});
	report(model, id, {
		...{type: 'accept', at: now, id, local: server, peer: peerOf(id), inode: 100_000 + id, listener: null},
	});
}

const sample = (model: Model, id: number, bytesRead: number): void =>
	report(model, id, {
		...{type: 'sample', at: now, id, bytesRead, bytesWritten: bytesRead, writableLength: 0},
		...{writableHighWaterMark: 16_384, readableLength: 0, writeQueueSize: 0, timeoutMs: 0},
		...{errorListeners: 1, flags: 4 | 16 | 32 | 64},
	});

function tick(model: Model): number {
	now += tickMs;
	const begin = clock();
	model.apply({type: 'clock', at: now});
	const took = clock() - begin;
	model.takeChanges();
	return took;
}

const model = start();
for (let id = 0; id < rows; id++) accept(model, id);
for (let settling = 0; settling < (2 * rows) / 1000; settling++) tick(model);
console.log(`${rows} rows of ${processes} processes; ms a tick, median (quartiles), and the longest`);
const silent = Array.from({length: ticks}, () => tick(model));
console.log(
	`a finding of each, as nothing has come: ${describeSpread(silent, 1)}, ${Math.max(...silent).toFixed(1)}`,
);
now += 1000;
for (let id = 0; id < rows; id++) sample(model, id, 1);
for (let settling = 0; settling < (2 * rows) / 1000; settling++) tick(model);
let bytes = 0;
for (const share of [0, 0.01, 0.2]) {
	const times: number[] = [];
	for (let count = 0; count < ticks; count++) {
		bytes += 1000;
		const changed = Math.round(rows * share);
		for (let id = 0; id < changed; id++) sample(model, (count * changed + id) % rows, bytes);
		times.push(tick(model));
	}

	console.log(`${share * 100} % changed: ${describeSpread(times, 1)}, ${Math.max(...times).toFixed(1)}`);
}

const churn = start();
const perTick = (perSecond * tickMs) / 1000;
const times: number[] = [];
const tickTimes: number[] = [];
let next = 0;
for (let count = 0; count < ticks; count++) {
	const begin = clock();
	for (let of = 0; of < perTick; of++) {
		const id = next++;
		now += tickMs / perTick / 1000;
		accept(churn, id);
		report(churn, id, {
			...{type: 'close', at: now, id, hadError: false, bytesRead: 10, bytesWritten: 20, reason: 'peer-end'},
		});
	}

	times.push(((clock() - begin) * 1000) / perTick);
	tickTimes.push(tick(churn));
}

console.log(`${perSecond} connections a second that are closed at once: ${describeSpread(times, 1)} µs each`);
console.log(`… and ms a tick: ${describeSpread(tickTimes, 1)}, ${Math.max(...tickTimes).toFixed(1)}`);
