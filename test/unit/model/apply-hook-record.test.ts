import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {ModelInput} from '../../../source/domain/events.ts';
import type {KernelState, SnapshotKind} from '../../../source/domain/kernel.ts';
import type {Row} from '../../../source/domain/row.ts';
import {expandShortConnection} from '../../../source/intake/short-connection.ts';
import {createModel} from '../../../source/model/index.ts';
import type {Model} from '../../../source/model/model.ts';
import {
	internet,
	kernelSocket,
	mainThread,
	moment,
	netns,
	processStart,
} from '../../helpers/model/session.ts';

const server = '10.0.0.5:3000';
const clients = ['10.0.0.9:40001', '10.0.0.9:40002', '10.0.0.5:40003'];
const listen: ModelInput = {
	type: 'hook',
	...mainThread,
	at: moment(0),
	record: {type: 'listen', id: 1, at: moment(0), local: internet(server), inode: 11, backlog: 511},
};

/** A connection that its hook reports at its end: as one input, and record by record. */
const shortConnection = fc
	.record({
		seconds: fc.double({min: 0, max: 9, noNaN: true}),
		peer: fc.option(fc.constantFrom(...clients)),
		knowsLocal: fc.boolean(),
		listener: fc.option(fc.constantFrom(1, 99)),
		times: fc.array(fc.option(fc.integer({min: 1, max: 40_000})), {minLength: 4, maxLength: 4}),
		method: fc.option(fc.constantFrom('GET', 'POST')),
		status: fc.constantFrom(0, 200, 500),
		bytes: fc.integer({min: 0, max: 5000}),
		reason: fc.constantFrom('peer-end', 'local-end', 'unknown', 'destroyed'),
	})
	.map(
		({seconds, peer, knowsLocal, times: [firstIn = null, firstOut = null, ...ends], ...given}) =>
			(id: number) => {
				const [peerEnd = null, localEnd = null] = ends;
				const records = expandShortConnection({
					...{type: 'shortConnection', id, at: moment(seconds), kind: 'tcp', listener: given.listener},
					...{local: knowsLocal ? internet(server) : null, peer: peer === null ? null : internet(peer)},
					...{firstIn, firstInBytes: 80, firstOut, firstOutBytes: 120, peerEnd, localEnd, closed: 40_000},
					...{
						method: given.method,
						path: given.method === null ? null : '/a',
						status: given.status,
						count: 1,
					},
					...{bytesRead: given.bytes, bytesWritten: 120, reason: given.reason},
				} as Parameters<typeof expandShortConnection>[0]).map(record => ({at: record.at, record}));
				const at = records.at(-1)?.at ?? moment(seconds);
				const whole: ModelInput[] = [{type: 'short-connection', ...mainThread, at, records}];
				return {whole, parts: records.map((each): ModelInput => ({type: 'hook', ...mainThread, ...each}))};
			},
	);

/** What else reaches the model: looks at the kernel that show the same connections, and ticks. */
const other = fc
	.record({
		seconds: fc.double({min: 0, max: 10, noNaN: true}),
		kind: fc.constantFrom<SnapshotKind>('table', 'destroyed'),
		peers: fc.subarray(clients),
		state: fc.constantFrom<KernelState>('ESTAB', 'CLOSE-WAIT', 'TIME-WAIT'),
		isTick: fc.boolean(),
	})
	.map(({seconds, kind, peers, state, isTick}) => {
		const at = moment(seconds);
		const sockets = peers.map((peer, index) => kernelSocket(server, peer, {state, cookie: `c${index}`}));
		const end = {
			...{netns, kind, at, tookMs: 1, socketCount: sockets.length},
			...{notUnderstood: {count: 0, samples: []}, socketKinds: new Set(['tcp' as const])},
		};
		const owners = new Map<number, never>();
		const inputs: ModelInput[] = isTick
			? [{type: 'clock', at}]
			: [
					{type: 'kernel', at, owners, part: {netns, kind, at, sockets}},
					{type: 'kernel-end', at, owners, end},
				];
		return () => ({whole: inputs, parts: inputs});
	});

/** `version` counts changes, of which one input has fewer. */
const rowsOf = (model: Model): Record<string, Omit<Row, 'version'>> =>
	Object.fromEntries([...model.rows].map(([id, {version, ...row}]) => [id, row]));

test('a short connection as one input gives the same rows, steps and totals as its records one by one', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(shortConnection, other), {maxLength: 40, size: 'max'}), events => {
			const limits = {rows: 8, closedRows: 3, rowsAwaitingDestroy: 2};
			const [one, two] = [createModel(limits), createModel(limits)];
			for (const input of [processStart(), listen]) {
				one.apply(input);
				two.apply(structuredClone(input));
			}

			for (const [index, event] of events.entries()) {
				const {whole, parts} = event(index + 2);
				for (const input of whole) one.apply(input);
				for (const input of parts) two.apply(structuredClone(input));
			}

			expect(rowsOf(one)).toEqual(rowsOf(two));
			expect(one.takeChanges().steps).toEqual(two.takeChanges().steps);
			expect(one.totals).toEqual(two.totals);
			expect(one.kernel).toEqual(two.kernel);
		}),
		{numRuns: 400},
	);
});
