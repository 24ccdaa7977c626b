/**
 * The cost of merging a kernel snapshot into the rows: parsing the output of ss, joining it, and the end of
 * the snapshot, where missing sockets are counted. Twice: all sockets are the target's, and a hundred of them are.
 *
 *     node --expose-gc --import tsx bench/kernel-join.ts [SOCKETS] [--cpu]
 *
 * With --cpu the time is the processor's, which a busy machine changes less than the clock's; it counts the collection
 * of garbage on other threads, too.
 */

import type {SnapshotEnd} from '../source/domain/kernel.ts';
import {createTableParser} from '../source/kernel/ss/table-parser.ts';
import {createModel} from '../source/model/index.ts';
import type {Model} from '../source/model/model.ts';
import {describeSpread} from './spread.ts';

const words = process.argv.slice(2).filter(word => word !== '--cpu');
const byCpu = process.argv.includes('--cpu');
const sockets = Number(words[0] ?? 50_000);
const rounds = 9;
const linesAPart = 256;
const clock = (): number => {
	if (!byCpu) return performance.now();
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
};
const netns = '4026531840';
const began = 1_763_800_000_000;
const origin = {proc: 1, pid: 4711, thread: 0};

/** As many clients as a load balancer or a test has: each has many connections. */
const peerOf = (index: number): {address: string; port: number; family: 4} => ({
	address: `10.0.0.${index % 250}`,
	port: 20_000 + Math.floor(index / 250),
	family: 4,
});
const server = {address: '10.77.0.1', port: 3000, family: 4} as const;

/** As `ss -HOtane` prints it, padded to the longest row. */
const text = (sendQ: number): Buffer => {
	const lines: string[] = [];
	for (let index = 0; index < sockets; index++) {
		const peer = peerOf(index);
		const line =
			`ESTAB 0      ${sendQ.toString().padEnd(6)} ${server.address}:${server.port}  ${peer.address}:${peer.port}  ` +
			`timer:(keepalive,${(index % 100) + 1}sec,0) ino:${100_000 + index} sk:${(0x10_000 + index).toString(16)} cgroup:/ <->`;
		lines.push(line.padEnd(170));
	}

	return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
};

function fill(model: Model, rows: number): void {
	const process = {
		ppid: 1,
		netns,
		node: 'v20',
		title: 'node',
		argv: [],
		program: 'server.js',
		wrapper: false,
	};
	model.apply({type: 'process', event: 'start', ...origin, at: began, ...process});
	for (let id = 0; id < rows; id++) {
		const report = {type: 'hook', ...origin, at: began} as const;
		model.apply({...report, record: {type: 'create', at: began, id, kind: 'tcp', role: 'server'}});
		model.apply({
			...report,
			record: {
				...{type: 'accept', at: began, id, local: server, peer: peerOf(id)},
				...{inode: 100_000 + id, listener: null},
			},
		});
	}

	for (const {netns: of, address, ...wanted} of model.takeRouteQueries()) {
		const route = {
			dst: address,
			from: null,
			dev: 'eth0',
			src: server.address,
			gateway: null,
			table: 'main',
			mtu: null,
		};
		const answers = [{netns: of, address, ...wanted, route: {...route, error: null}}];
		model.apply({type: 'routes', at: began, netns: of, answers});
	}

	model.apply({type: 'clock', at: began + 250});
	model.takeChanges();
}

type Cost = {parse: number; join: number; longest: number; end: number};

function look(model: Model, output: Buffer, at: number): Cost {
	const owners = new Map();
	const parser = createTableParser(output, {version: {major: 6, minor: 1}});
	const cost: Cost = {parse: 0, join: 0, longest: 0, end: 0};
	while (!parser.done) {
		const begin = clock();
		const part = parser.take(linesAPart);
		const parsed = clock();
		model.apply({type: 'kernel', at, part: {netns, kind: 'table', at, sockets: part}, owners});
		const joined = clock();
		cost.parse += parsed - begin;
		cost.join += joined - parsed;
		cost.longest = Math.max(cost.longest, joined - begin);
	}

	const begin = clock();
	const end: SnapshotEnd = {
		...{netns, kind: 'table', at, tookMs: 1, socketCount: parser.sockets},
		...{notUnderstood: parser.notUnderstood, socketKinds: new Set(['tcp'])},
	};
	model.apply({type: 'kernel-end', at, end, owners});
	cost.end = clock() - begin;
	return cost;
}

const heap = (): number => {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed;
};

const quiet = text(0);
const busy = text(1448);
for (const rows of [sockets, 100]) {
	const before = heap();
	const model = createModel();
	fill(model, rows);
	const filled = heap();
	look(model, quiet, began + 1000);
	model.takeChanges();
	const joined = heap();
	console.log(
		`${sockets} sockets, ${rows} of them rows, in parts of ${linesAPart} lines; ms, median (quartiles)`,
	);
	for (const [name, outputs] of [
		['nothing has changed', [quiet]],
		['each send queue has changed', [busy, quiet]],
	] as const) {
		const costs: Cost[] = [];
		for (let round = 0; round < rounds + 3; round++) {
			const output = outputs[round % outputs.length] ?? quiet;
			costs.push(look(model, output, began + 2000 + costs.length * 1000));
			model.takeChanges();
		}

		const of = (pick: (cost: Cost) => number): string => describeSpread(costs.slice(3).map(pick), 1);
		console.log(`  ${name}: read ${of(cost => cost.parse)}, join ${of(cost => cost.join)}`);
		console.log(`    the end ${of(cost => cost.end)}, the longest part ${of(cost => cost.longest)}`);
	}

	const joinedRows = [...model.rows.values()].filter(({joinedBy}) => joinedBy === 'inode').length;
	console.log(`  joined by inode: ${joinedRows} rows`);
	if (globalThis.gc !== undefined) {
		const each = (bytes: number): string => (bytes / rows).toFixed(0);
		console.log(
			`  heap a row: ${each(filled - before)} bytes, with its kernel view ${each(joined - before)}`,
		);
	}
}
