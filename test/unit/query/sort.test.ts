import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Row} from '../../../source/domain/row.ts';
import {compareKeyed, type SortKey, sortKeys} from '../../../source/query/sort.ts';
import {
	makeAccepting,
	makeKernelView,
	makeProcessView,
	makeRow,
	makeTcpInfo,
	openedAt,
} from '../../helpers/model/row.ts';
import {sortRows} from '../../helpers/query/sort.ts';

const now = openedAt + 60_000;
const four = (address: string, port: number): Row['peer'] => ({address, port, family: 4});
const six = (address: string, port: number): Row['peer'] => ({address, port, family: 6});
const route = (dev: string): Row['route'] => ({
	dst: '10.0.0.1',
	from: null,
	dev,
	src: null,
	gateway: null,
	table: null,
	mtu: null,
	error: null,
});

/** For each key, the values of rows in ascending order, unknown last. */
const ascending: Record<SortKey, Partial<Row>[]> = {
	process: [
		{program: 'api.js', pid: 999},
		{program: 'API.js', pid: 1000},
		{program: 'web.js', pid: 2},
		{program: '', pid: null},
	],
	role: [{role: 'client'}, {role: 'listener'}, {role: 'server'}, {role: null}],
	kind: [{kind: 'tcp'}, {kind: 'tls'}, {kind: 'udp'}, {kind: 'unix'}],
	stage: [{stage: 'created'}, {stage: 'connect'}, {stage: 'open'}, {stage: 'draining'}, {stage: 'failed'}],
	severity: [{severity: 'info'}, {severity: 'warn'}, {severity: 'error'}, {severity: null}],
	local: [
		{local: four('9.0.0.1', 80)},
		{local: four('10.0.0.1', 9)},
		{local: {path: '/run/x'}},
		{local: null},
	],
	peer: [
		{peer: four('9.0.0.1', 80)},
		{peer: four('10.0.0.1', 9)},
		{peer: six('::ffff:10.0.0.1', 80)},
		{peer: four('10.0.0.1', 443)},
		{peer: four('10.0.0.12', 1)},
		{peer: six('::1', 80)},
		{peer: six('2001:db8::9', 1)},
		{peer: six('2001:db8::10', 1)},
		{peer: {path: '/run/x'}},
		{peer: null},
	],
	host: [{host: 'a.test'}, {host: 'B.test'}, {host: 'c.test'}, {host: null}],
	state: [
		{kernel: makeKernelView({state: 'ESTAB'})},
		{kernel: makeKernelView({state: 'SYN-SENT'})},
		{kernel: makeKernelView({state: 'LISTEN'})},
		{kernel: null},
	],
	jsout: [0, 9, 10, null].map(writableLength => ({process: makeProcessView({writableLength})})),
	jsin: [0, 9, 10, null].map(readableLength => ({process: makeProcessView({readableLength})})),
	sendq: [...[0, 9, 10].map(sendQ => ({kernel: makeKernelView({sendQ})})), {kernel: null}],
	recvq: [...[0, 9, 10].map(recvQ => ({kernel: makeKernelView({recvQ})})), {kernel: null}],
	drops: [0, 9, 10, null].map(drops => ({kernel: makeKernelView({drops})})),
	queuemax: [...[0, 9, 10].map(queueMax => ({acceptQueue: makeAccepting({queueMax})})), {acceptQueue: null}],
	halfopen: [...[0, 9, 10].map(halfOpen => ({acceptQueue: makeAccepting({halfOpen})})), {acceptQueue: null}],
	accepted: [...[0, 9, 10].map(accepted => ({acceptQueue: makeAccepting({accepted})})), {acceptQueue: null}],
	received: [...[0, 9, 10].map(bytesRead => ({process: makeProcessView({bytesRead})})), {process: null}],
	sent: [...[0, 9, 10].map(bytesWritten => ({process: makeProcessView({bytesWritten})})), {process: null}],
	rate: [
		{inBps: 0, outBps: 0},
		{inBps: 5, outBps: 4},
		{inBps: 1, outBps: 9},
		{inBps: 99, outBps: null},
	],
	rtt: [0.03, 9, 10, null].map(rttMs => ({kernel: makeKernelView({info: makeTcpInfo({rttMs})})})),
	route: [{route: route('eth0')}, {route: route('lo')}, {route: null}],
	idle: [
		{lastActivityAt: now},
		{lastActivityAt: openedAt, closedAt: openedAt + 5},
		{lastActivityAt: openedAt},
		{lastActivityAt: null},
	],
	age: [{openedAt, closedAt: openedAt + 5}, {openedAt: now - 6}, {openedAt: now - 7}],
	opened: [{openedAt: 1}, {openedAt: 2}, {openedAt: 10}],
};

const isUnknown = (key: SortKey, index: number): boolean =>
	!['kind', 'stage', 'age', 'opened'].includes(key) && index === ascending[key].length - 1;

describe('rows are sorted by', () => {
	it.each(sortKeys)('$id, both ways, with unobserved values last', ({id}) => {
		const wanted = ascending[id].map(overrides => makeRow(overrides));
		const shuffled = [
			...wanted.filter((_, index) => index % 2 === 1),
			...wanted.filter((_, index) => index % 2 === 0),
		];
		const names = (rows: readonly Row[]): number[] => rows.map(row => wanted.indexOf(row));
		const last = wanted.length - 1;
		const order = [...wanted.keys()];
		const down = isUnknown(id, last) ? [...order.slice(0, last).reverse(), last] : [...order].reverse();
		expect(names(sortRows(shuffled, id, 'asc', now))).toEqual(order);
		expect(names(sortRows(shuffled, id, 'desc', now))).toEqual(down);
	});
});

it('equal rows keep one order in both directions: by time of opening, then by id', () => {
	const wanted = [
		makeRow({id: '1.0.12', openedAt: openedAt - 1}),
		makeRow({id: '1.0.9'}),
		makeRow({id: '1.0.10'}),
		makeRow({id: '1.2.1'}),
		makeRow({id: '2.0.1'}),
		makeRow({id: '10.0.1'}),
		makeRow({id: 'k.4026531840.1f'}),
		makeRow({id: 'k.4026531840.a'}),
	];
	for (const direction of ['asc', 'desc'] as const) {
		expect(sortRows([...wanted].reverse(), 'stage', direction, now)).toEqual(wanted);
	}
});

it('any ids have one order', () => {
	const compare = compareKeyed('asc');
	const keyed = (text: string): Parameters<typeof compare>[0] => ({row: makeRow({id: text}), value: null});
	const compareIds = (one: string, other: string): number => compare(keyed(one), keyed(other));
	const id = fc.string({unit: fc.constantFrom('0', '1', '9', '.', 'a', 'k'), maxLength: 8});
	fc.assert(
		fc.property(id, id, id, (one, two, three) => {
			expect(Math.sign(compareIds(one, two))).toBe(-Math.sign(compareIds(two, one)) + 0);
			expect(compareIds(one, two) === 0).toBe(one === two);
			if (compareIds(one, two) < 0 && compareIds(two, three) < 0) {
				expect(compareIds(one, three)).toBeLessThan(0);
			}
		}),
		{numRuns: 2000},
	);
});
