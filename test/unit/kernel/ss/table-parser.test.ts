import {describe, expect, test} from 'vitest';
import type {KernelSocket} from '../../../../source/domain/row.ts';
import {createTableParser} from '../../../../source/kernel/ss/table-parser.ts';
import {fixtureBytes} from '../../../helpers/kernel/fixtures.ts';
import {portOf, readTable, version} from '../../../helpers/kernel/read-table.ts';

const full = 'all-states-1.nwt1.tu-full.ss';

const countStates = (sockets: readonly KernelSocket[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const {state} of sockets) counts[state] = (counts[state] ?? 0) + 1;
	return counts;
};

/** The sockets in every capture of the same moment, with any flags. */
const core = (sockets: readonly KernelSocket[]) =>
	sockets.map(({state, local, peer, recvQ, sendQ, device}) => ({state, local, peer, recvQ, sendQ, device}));

const allStates = {
	ESTAB: 21,
	'SYN-SENT': 1,
	'SYN-RECV': 1,
	'FIN-WAIT-1': 2,
	'FIN-WAIT-2': 2,
	'TIME-WAIT': 2,
	'CLOSE-WAIT': 2,
	'LAST-ACK': 2,
	LISTEN: 11,
	CLOSING: 1,
};

const ofKind = (sockets: readonly KernelSocket[], kind: KernelSocket['kind']): KernelSocket[] =>
	sockets.filter(socket => socket.kind === kind);

describe('every line of every capture is parsed', () => {
	test.each([
		[full, allStates, 3],
		['all-states-1.nwt1.t-all.ss', allStates, 0],
		['all-states-1.nwt1.t-eo.ss', allStates, 0],
		['all-states-1.nwt1.t-plain.ss', allStates, 0],
		['ver-5.10.0.nwt1.tu-full.ss', {...allStates, 'TIME-WAIT': 1}, 3],
		['extra-keepalive-persist-mptcp-shared.ss', {LISTEN: 3, ESTAB: 6, 'TIME-WAIT': 20}, 0],
		['node-blocked-accept-queue.ss', {LISTEN: 1, ESTAB: 18, 'SYN-SENT': 6}, 0],
	])('%s', (name, states, udp) => {
		const table = readTable(fixtureBytes(name));
		expect(table.notUnderstood).toEqual({count: 0, samples: []});
		expect(countStates(ofKind(table.sockets, 'tcp'))).toEqual(states);
		expect(ofKind(table.sockets, 'udp')).toHaveLength(udp);
		expect(table.sockets).toHaveLength(ofKind(table.sockets, 'tcp').length + udp);
	});

	test('several lines a socket under a header give the same as one line a socket', () => {
		const table = readTable(fixtureBytes('all-states-1.nwt1.multiline-header.ss'), {multiline: true});
		const one = readTable(fixtureBytes(full));
		expect(table.notUnderstood.count).toBe(0);
		expect(core(table.sockets)).toEqual(core(ofKind(one.sockets, 'tcp')));
		const drops = table.sockets.find(({state, local}) => state === 'LISTEN' && portOf(local) === 8001)?.drops;
		expect(drops).toBe(27);
		expect(table.sockets.filter(({info}) => info?.rttMs != null)).toHaveLength(
			one.sockets.filter(({info}) => info?.rttMs != null).length,
		);
	});

	test('the same sockets are found with few flags and with many', () => {
		const sockets = core(ofKind(readTable(fixtureBytes(full)).sockets, 'tcp'));
		expect(core(readTable(fixtureBytes('all-states-1.nwt1.t-eo.ss')).sockets)).toEqual(sockets);
		expect(core(readTable(fixtureBytes('all-states-1.nwt1.t-plain.ss')).sockets)).toEqual(sockets);
		expect(core(readTable(fixtureBytes('all-states-1.nwt1.t-all.ss')).sockets)).toEqual(sockets);
	});

	test('a process name with a space and a parenthesis hides nothing', () => {
		const {sockets} = readTable(fixtureBytes('extra-keepalive-persist-mptcp-shared.ss'));
		const live = sockets.filter(({state}) => state !== 'TIME-WAIT');
		expect(live.every(({inode, cookie}) => inode !== null && cookie !== null)).toBe(true);
		expect(sockets.find(({timer}) => timer?.name === 'persist')).toMatchObject({
			local: {port: 7002},
			info: {peerWindow: 0},
			timer: {ms: 1516, count: 3},
		});
		expect(sockets.find(({timer}) => timer?.name === 'keepalive')).toMatchObject({
			timer: {ms: 816, count: 5},
		});
	});
});

describe('a missing peer window', () => {
	const zero = 'ESTAB 0 9 10.0.0.1:80 10.0.0.2:1 ino:1 sk:1 <-> cubic cwnd:10';
	const open = 'ESTAB 0 0 10.0.0.1:80 10.0.0.2:2 ino:2 sk:2 <-> cubic cwnd:10 snd_wnd:65536';
	const windows = (text: string, windowsShown?: boolean) =>
		readTable(text, {
			version,
			...(windowsShown === undefined ? {} : {peerWindowReported: windowsShown}),
		}).sockets.map(({info}) => info?.peerWindow ?? null);

	test('is zero where another line has one', () => {
		expect(windows(`${zero}\n${open}`)).toEqual([0, 65_536]);
	});
	test('is unknown where no line has one', () => {
		expect(windows(zero)).toEqual([null]);
		const old = readTable(fixtureBytes('ver-5.10.0.nwt1.tu-full.ss'), {version: {major: 5, minor: 10}});
		expect(old.windowsShown).toBe(false);
		expect(old.sockets.every(({info}) => info === null || info.peerWindow === null)).toBe(true);
	});
	test('is zero where an earlier snapshot had one', () => {
		expect(windows(zero, true)).toEqual([0]);
	});
	test('is unknown where the line has no TCP info', () => {
		expect(windows(`ESTAB 0 9 10.0.0.1:80 10.0.0.2:1 ino:1 sk:1 <->\n${open}`)).toEqual([null, 65_536]);
	});
});

describe('an unparsed line', () => {
	test('is counted, and a few short samples are kept', () => {
		const table = readTable(`${'x'.repeat(5000)}\n`.repeat(40));
		expect(table.notUnderstood.count).toBe(40);
		expect(table.notUnderstood.samples).toHaveLength(5);
		expect(table.notUnderstood.samples.every(sample => sample.length <= 200)).toBe(true);
	});

	test('a header and empty lines are not counted', () => {
		const text =
			'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n\nLISTEN 0 5 0.0.0.0:80 0.0.0.0:*\n  \n';
		expect(readTable(text)).toMatchObject({
			sockets: [{state: 'LISTEN'}],
			notUnderstood: {count: 0},
		});
	});
});

describe('a table parsed in slices', () => {
	test.each([1, 7, 10_000])('is the same with %i lines at a time', lines => {
		const parser = createTableParser(fixtureBytes('all-states-1.nwt1.t-all.ss'), {version});
		let sockets = 0;
		while (!parser.done) {
			const found = parser.take(lines);
			expect(found.length).toBeLessThanOrEqual(lines);
			sockets += found.length;
		}
		expect(parser).toMatchObject({sockets: 45, notUnderstood: {count: 0}});
		expect(sockets).toBe(45);
		expect(parser.take(10)).toEqual([]);
	});
});
