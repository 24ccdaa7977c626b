import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseTable} from '../../source/kernel/parse-table.ts';
import {hasOneLine, parseSsVersion, printsSecondsAsMs} from '../../source/kernel/version.ts';
import type {KernelSocket} from '../../source/model/types.ts';
import {fixture} from './support.ts';

const version = {major: 6, minor: 1};
const full = 'all-states-1.nwt1.tu-full.ss';

const countStates = (sockets: readonly KernelSocket[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const {state} of sockets) counts[state] = (counts[state] ?? 0) + 1;
	return counts;
};

const hasPort = (address: KernelSocket['local'], port: number): boolean =>
	address !== null && 'port' in address && address.port === port;

/** What every capture of the same moment must say, whatever its flags. */
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

describe('every line of every capture is understood', () => {
	test.each([
		[full, allStates, 3],
		['all-states-1.nwt1.t-all.ss', allStates, 0],
		['all-states-1.nwt1.t-eo.ss', allStates, 0],
		['all-states-1.nwt1.t-plain.ss', allStates, 0],
		['ver-5.10.0.nwt1.tu-full.ss', {...allStates, 'TIME-WAIT': 1}, 3],
		['extra-keepalive-persist-mptcp-shared.ss', {LISTEN: 3, ESTAB: 6, 'TIME-WAIT': 20}, 0],
		['node-blocked-accept-queue.ss', {LISTEN: 1, ESTAB: 18, 'SYN-SENT': 6}, 0],
	])('%s', (name, states, otherProtocols) => {
		const table = parseTable(fixture(name), {version});
		expect(table.notUnderstood).toEqual({count: 0, samples: []});
		expect(table.otherProtocols).toBe(otherProtocols);
		expect(countStates(table.sockets)).toEqual(states);
	});

	test('several lines a socket under a header say the same as one line a socket', () => {
		const table = parseTable(fixture('all-states-1.nwt1.multiline-header.ss'), {version, multiline: true});
		const one = parseTable(fixture(full), {version});
		expect(table.notUnderstood.count).toBe(0);
		expect(core(table.sockets)).toEqual(core(one.sockets));
		const drops = table.sockets.find(({state, local}) => state === 'LISTEN' && hasPort(local, 8001))?.drops;
		expect(drops).toBe(27);
		expect(table.sockets.filter(({info}) => info?.rttMs != null)).toHaveLength(
			one.sockets.filter(({info}) => info?.rttMs != null).length,
		);
	});

	test('the same sockets are found with few flags and with many', () => {
		const sockets = core(parseTable(fixture(full), {version}).sockets);
		expect(core(parseTable(fixture('all-states-1.nwt1.t-eo.ss'), {version}).sockets)).toEqual(sockets);
		expect(core(parseTable(fixture('all-states-1.nwt1.t-plain.ss'), {version}).sockets)).toEqual(sockets);
		expect(core(parseTable(fixture('all-states-1.nwt1.t-all.ss'), {version}).sockets)).toEqual(sockets);
	});

	test('a process name with a space and a parenthesis hides nothing', () => {
		const {sockets} = parseTable(fixture('extra-keepalive-persist-mptcp-shared.ss'), {version});
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

describe('a peer window that is missing', () => {
	const zero = 'ESTAB 0 9 10.0.0.1:80 10.0.0.2:1 ino:1 sk:1 <-> cubic cwnd:10';
	const open = 'ESTAB 0 0 10.0.0.1:80 10.0.0.2:2 ino:2 sk:2 <-> cubic cwnd:10 snd_wnd:65536';
	const windows = (text: string, windowsShown?: boolean) =>
		parseTable(text, {version, ...(windowsShown === undefined ? {} : {windowsShown})}).sockets.map(
			({info}) => info?.peerWindow ?? null,
		);

	test('is zero where another line has one', () => {
		expect(windows(`${zero}\n${open}`)).toEqual([0, 65_536]);
	});
	test('is unknown where no line has one', () => {
		expect(windows(zero)).toEqual([null]);
		const old = parseTable(fixture('ver-5.10.0.nwt1.tu-full.ss'), {version: {major: 5, minor: 10}});
		expect(old.windowsShown).toBe(false);
		expect(old.sockets.every(({info}) => info === null || info.peerWindow === null)).toBe(true);
	});
	test('is zero where an earlier look had one', () => {
		expect(windows(zero, true)).toEqual([0]);
	});
	test('is unknown where the line has no TCP info', () => {
		expect(windows(`ESTAB 0 9 10.0.0.1:80 10.0.0.2:1 ino:1 sk:1 <->\n${open}`)).toEqual([null, 65_536]);
	});
});

describe('what is not understood', () => {
	test('is counted, and a few short samples are kept', () => {
		const table = parseTable(`${'x'.repeat(5000)}\n`.repeat(40), {version});
		expect(table.notUnderstood.count).toBe(40);
		expect(table.notUnderstood.samples).toHaveLength(5);
		expect(table.notUnderstood.samples.every(sample => sample.length <= 200)).toBe(true);
	});

	test('a header and empty lines are not counted', () => {
		const text =
			'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n\nLISTEN 0 5 0.0.0.0:80 0.0.0.0:*\n  \n';
		expect(parseTable(text, {version})).toMatchObject({
			sockets: [{state: 'LISTEN'}],
			notUnderstood: {count: 0},
		});
	});

	test('takes no good line with it, whatever it is', () => {
		const lines = fixture('all-states-1.nwt1.t-eo.ss').trimEnd().split('\n');
		const good = fc.constantFrom(...lines).map(line => ({line, good: true}));
		const bytes = fc.uint8Array({maxLength: 200}).map(array => Buffer.from(array).toString('latin1'));
		const torn = fc
			.tuple(fc.constantFrom(...lines), fc.nat(60), bytes)
			.map(([line, at, junk]) => `${line.slice(0, at)}\u0000${junk}`);
		const bad = fc.oneof(bytes, torn, fc.string({unit: 'binary'})).map(line => ({line, good: false}));
		fc.assert(
			fc.property(fc.array(fc.oneof(good, bad), {maxLength: 20}), mixed => {
				const {sockets} = parseTable(mixed.map(({line}) => line).join('\n'), {version});
				const wanted = mixed
					.filter(entry => entry.good)
					.flatMap(({line}) => parseTable(line, {version}).sockets);
				let at = 0;
				for (const socket of sockets) {
					if (JSON.stringify(socket) === JSON.stringify(wanted[at])) at++;
				}
				expect(at).toBe(wanted.length);
			}),
			{numRuns: 150},
		);
	});

	test('folding several lines into one throws at nothing either', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary', maxLength: 400}), text => {
				parseTable(text, {version: null, multiline: true});
			}),
		);
	});
});

describe('the version of ss', () => {
	test.each([
		['ss utility, iproute2-6.1.0\n', {major: 6, minor: 1}, true, true],
		['ss utility, iproute2-6.12.0, libbpf 1.4.0\n', {major: 6, minor: 12}, true, false],
		['ss utility, iproute2-5.10.0', {major: 5, minor: 10}, true, true],
		['ss utility, iproute2-ss200127', {major: 5, minor: 2}, true, true],
		['ss utility, iproute2-ss190708', {major: 5, minor: 2}, true, true],
		['ss utility, iproute2-ss190107', {major: 5, minor: 0}, false, true],
		['ss utility, something else', null, true, true],
	])('%j', (text, parsed, oneLine, secondsAsMs) => {
		expect(parseSsVersion(text)).toEqual(parsed);
		expect(hasOneLine(parsed)).toBe(oneLine);
		expect(printsSecondsAsMs(parsed)).toBe(secondsAsMs);
	});
});
