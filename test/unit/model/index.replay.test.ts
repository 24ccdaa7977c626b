import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ModelInput, SocketRecord} from '../../../source/domain/events.ts';
import type {KernelState, SnapshotKind, SocketKind} from '../../../source/domain/kernel.ts';
import {type Row, stages} from '../../../source/domain/row.ts';
import {createModel} from '../../../source/model/index.ts';
import type {Limits} from '../../../source/model/table/limits.ts';
import {makeTcpInfo} from '../../helpers/model/row.ts';
import {kernelSocket, mainThread, moment, netns, processStart} from '../../helpers/model/session.ts';
import {recordOf, socketRecordNames} from '../../helpers/wire/arbitrary-records.ts';

const worker = {...mainThread, thread: 1};
const second = {proc: 2, pid: 5000, thread: 0};
const exit = {type: 'process', event: 'exit', at: moment(5), exitCode: 0, signal: null} as const;

describe('a replay of the same inputs gives the same rows', () => {
	const seconds = fc.double({min: 0, max: 30, noNaN: true});
	const origin = fc.constantFrom(mainThread, worker, second);
	const serial = fc.integer({min: 1, max: 6});
	const record = fc.oneof(...socketRecordNames.map(name => recordOf(name, {'u32?': fc.option(serial)})));
	const address = fc.constantFrom('10.0.0.5:3000', '10.0.0.9:443', '[::1]:1');
	const queue = fc.constantFrom(0, 0, 5);
	const socket = fc
		.tuple(address, fc.option(address), fc.option(serial), fc.option(serial.map(String)))
		.chain(([local, peer, inode, cookie]) =>
			fc
				.tuple(
					fc.constantFrom<KernelState>(
						'ESTAB',
						'CLOSE-WAIT',
						'FIN-WAIT-1',
						'LISTEN',
						'SYN-SENT',
						'TIME-WAIT',
					),
					fc.constantFrom<SocketKind>('tcp', 'tcp', 'mptcp', 'udp', 'unix'),
					queue,
					queue,
					fc.option(fc.constantFrom(1, 20)),
					fc.option(fc.constantFrom(100, 900)),
				)
				.map(([state, kind, recvQ, sendQ, rttMs, ms]) =>
					kernelSocket(local, peer, {
						...{state, kind, inode, cookie, recvQ, sendQ},
						timer: ms === null ? null : {name: 'keepalive', ms, count: 0},
						info: rttMs === null ? null : makeTcpInfo({rttMs}),
					}),
				),
		);
	const anyKind = fc.constantFrom<SnapshotKind>(
		'table',
		'table',
		'listeners',
		'info',
		'time-wait',
		'destroyed',
	);
	const owners = new Map([[3, {proc: 9, pid: 9, program: 'curl'}]]);
	const input: fc.Arbitrary<ModelInput> = fc.oneof(
		{
			weight: 20,
			arbitrary: fc.tuple(origin, seconds, serial, record).map(([from, at, id, fields]) => ({
				type: 'hook' as const,
				...from,
				at: moment(at),
				// The generator makes records of sockets only.
				record: {...fields, id} as unknown as SocketRecord,
			})),
		},
		{
			weight: 4,
			arbitrary: fc.tuple(anyKind, seconds, fc.array(socket, {maxLength: 6})).map(([kind, at, sockets]) => ({
				type: 'kernel' as const,
				at: moment(at),
				owners,
				part: {netns, kind, at: moment(at), sockets},
			})),
		},
		{
			weight: 4,
			arbitrary: fc.tuple(anyKind, seconds, fc.integer({min: 0, max: 6})).map(([kind, at, sockets]) => ({
				type: 'kernel-end' as const,
				at: moment(at),
				owners,
				end: {
					...{netns, kind, at: moment(at), tookMs: 1, socketCount: sockets},
					notUnderstood: {count: 0, samples: []},
					socketKinds: new Set(['tcp' as const]),
				},
			})),
		},
		seconds.map(at => ({type: 'clock' as const, at: moment(at)})),
		fc.tuple(seconds, fc.boolean()).map(([at, on]) => ({type: 'all' as const, at: moment(at), on})),
		fc.tuple(origin, seconds).map(([from, at]) => ({...exit, ...from, at: moment(at)})),
		fc
			.tuple(origin, seconds, fc.constantFrom('begin' as const, 'end' as const))
			.map(([from, at, event]) => ({type: 'resync' as const, ...from, at: moment(at), event})),
	);

	it('for any inputs, within the bounds', () => {
		fc.assert(
			fc.property(fc.array(input, {maxLength: 80, size: 'max'}), inputs => {
				const limits = {
					rows: 8,
					closedRows: 3,
					rowsAwaitingDestroy: 2,
					closedListeners: 2,
				} satisfies Partial<Limits>;
				const [one, two] = [createModel(limits), createModel(limits)];
				for (const each of [processStart(), processStart(worker), processStart(second), ...inputs]) {
					one.apply(each);
					two.apply(structuredClone(each));
				}

				expect([...one.rows]).toEqual([...two.rows]);
				expect(one.takeChanges()).toEqual(two.takeChanges());
				expect(one.totals).toEqual(two.totals);
				expect(one.rows.size).toBeLessThanOrEqual(limits.rows);
				for (const row of one.rows.values()) {
					expect(stages).toContain(row.stage);
					expect(['closed', 'failed', 'lingering'].includes(row.stage) || row.closedAt === null).toBe(true);
					expect(row.stage === 'closed' && row.closedAt === null).toBe(false);
					const times = row.steps.map(({at}) => at);
					expect(times).toEqual([...times].sort((first, next) => first - next));
				}

				const atRest = [...one.rows.values()].filter(({closedAt}) => closedAt !== null);
				const {closedRows, rowsAwaitingDestroy, closedListeners} = limits;
				expect(atRest.length).toBeLessThanOrEqual(closedRows + rowsAwaitingDestroy + closedListeners);
			}),
			{numRuns: 150},
		);
	});

	it('and the version of a row grows with every change, except for values that only advance with time', () => {
		fc.assert(
			fc.property(fc.array(input, {maxLength: 80, size: 'max'}), inputs => {
				const model = createModel({rows: 8, closedRows: 3, rowsAwaitingDestroy: 2, closedListeners: 2});
				const seen = new Map<Row, {version: number; row: unknown}>();
				for (const each of [processStart(), processStart(worker), processStart(second), ...inputs]) {
					model.apply(each);
					for (const row of model.rows.values()) {
						const now = {version: row.version, row: structuredClone(whatIsShown(row))};
						const before = seen.get(row);
						if (before?.version === now.version) expect(now.row).toEqual(before.row);
						seen.set(row, now);
					}
				}
			}),
			{numRuns: 150},
		);
	});
});

/** A row without its last-seen time and without the times in it that advance or run down by themselves. */
const whatIsShown = ({process, kernel, ...rest}: Row): unknown => ({
	...rest,
	process: process && {...process, seenAt: 0},
	kernel: kernel && {
		...kernel,
		seenAt: 0,
		infoSeenAt: 0,
		timer: kernel.timer && {...kernel.timer, ms: 0},
		info: kernel.info && {...kernel.info, lastSentMs: 0, lastReceivedMs: 0},
	},
});
