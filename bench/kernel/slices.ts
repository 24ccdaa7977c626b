/** The work of netwatch itself on one snapshot, in isolation: split, read, joined, in slices. */

import type {KernelSocket} from '../../source/domain/row.ts';
import {createTableParser} from '../../source/kernel/ss/table-parser.ts';
import {createModel} from '../../source/model/index.ts';
import type {Model} from '../../source/model/model.ts';

export type Slices = {
	/** Sockets of the table, and those of them that have a row. */
	sockets: number;
	joined: number;
	/** Of one snapshot: all slices summed, the longest of them, and their number. In ms, medians over the rounds. */
	sumMs: number;
	longestMs: number;
	slices: number;
};

const netns = '1';
const linesAtOnce = 256;
/** As netwatch itself: then others have their turn. */
const sliceMs = 6;
const warmUp = 3;

/**
 * @param texts of `ss -HOtane`, one after the other, of the same sockets
 * @param isOwn whether a watched program holds the socket
 */
export const measureSlices = async (
	texts: readonly Buffer[],
	isOwn: (socket: KernelSocket) => boolean,
	rounds: number,
): Promise<Slices> => {
	const [first = Buffer.alloc(0)] = texts;
	const model = modelOf(first, isOwn);
	const sums: number[] = [];
	const longest: number[] = [];
	let slices = 0;
	let sockets = 0;
	for (let round = 0; round < warmUp + rounds; round++) {
		const text = texts[round % texts.length] ?? first;
		const times = await look(model, text, 1000 + round * 1000);
		sockets = times.sockets;
		if (round < warmUp) continue;
		sums.push(times.sliceMs.reduce((sum, ms) => sum + ms, 0));
		longest.push(Math.max(...times.sliceMs));
		slices = times.sliceMs.length;
	}

	const joined = [...model.rows.values()].filter(row => row.joinedBy !== null).length;
	return {sockets, joined, sumMs: median(sums), longestMs: median(longest), slices};
};

const look = async (model: Model, text: Buffer, at: number) => {
	const owners = new Map();
	const times: number[] = [];
	const parser = createTableParser(text, {version: null});
	while (!parser.done) {
		const begun = performance.now();
		while (!parser.done && performance.now() - begun < sliceMs) {
			const part = {netns, kind: 'table', at, sockets: parser.take(linesAtOnce)} as const;
			model.apply({type: 'kernel', at, part, owners});
		}

		times.push(performance.now() - begun);
		await new Promise(resolve => setImmediate(resolve));
	}

	const {sockets, notUnderstood} = parser;
	const begun = performance.now();
	const end = {netns, kind: 'table', at, tookMs: 0, socketCount: sockets, notUnderstood} as const;
	model.apply({type: 'kernel-end', at, end: {...end, socketKinds: new Set(['tcp'])}, owners});
	times.push(performance.now() - begun);
	model.takeChanges();
	return {sliceMs: times, sockets};
};

/** A model that knows the sockets from a program's hook. */
const modelOf = (text: Buffer, isOwn: (socket: KernelSocket) => boolean): Model => {
	const model = createModel();
	const origin = {proc: 1, pid: 1, thread: 0};
	const facts = {ppid: null, netns, node: null, title: '', argv: [], program: 'bench', wrapper: false};
	model.apply({type: 'process', event: 'start', at: 1, ...origin, ...facts});
	const parser = createTableParser(text, {version: null});
	let id = 0;
	while (!parser.done) {
		for (const socket of parser.take(linesAtOnce)) {
			const {local, peer, inode} = socket;
			if (inode === null || peer === null || !isOwn(socket)) continue;
			const known = {kind: 'tcp', role: 'client', host: null, local, peer, inode, listener: null} as const;
			const record = {type: 'alive', id: ++id, at: 1, ...known, connecting: false, securing: false} as const;
			model.apply({type: 'hook', at: 1, ...origin, record});
		}
	}

	model.takeChanges();
	return model;
};

const median = (values: readonly number[]): number =>
	[...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
