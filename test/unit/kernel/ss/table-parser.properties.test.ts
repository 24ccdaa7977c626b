import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {KernelSocket} from '../../../../source/domain/row.ts';
import type {TableParserOptions} from '../../../../source/kernel/ss/table-parser.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';
import {readTable} from '../../../helpers/kernel/read-table.ts';

const linesOf = (name: string): string[] => fixture(name).trimEnd().split('\n');
const good = [
	...linesOf('all-states-1.nwt1.t-eo.ss'),
	...linesOf('all-states-1.nwt1.tu-full.ss'),
	...linesOf('extra-keepalive-persist-mptcp-shared.ss').slice(0, 8),
];
const expected = new Map(good.map(line => [line, JSON.stringify(readTable(line).sockets[0])]));

/** One unit is one byte. */
const bytes = fc.uint8Array({maxLength: 200}).map(array => Buffer.from(array).toString('latin1'));
const options: fc.Arbitrary<Partial<TableParserOptions>> = fc.record({
	version: fc.constantFrom(null, {major: 4, minor: 9}, {major: 6, minor: 1}, {major: 7, minor: 1}),
	multiline: fc.boolean(),
	kind: fc.constantFrom('tcp', 'mptcp', 'udp', 'unix'),
});

describe('any output of ss', () => {
	test('is read to its end, and every line is a socket, of another kind, or counted', () => {
		fc.assert(
			fc.property(bytes, options, (text, asked) => {
				const {sockets, notUnderstood} = readTable(text, asked);
				expect(sockets.length + notUnderstood.count).toBeLessThanOrEqual(text.split('\n').length);
				expect(notUnderstood.samples.length).toBe(Math.min(5, notUnderstood.count));
			}),
			{numRuns: 500},
		);
	});

	test('loses no good line among others, and parses each as it does alone', () => {
		const torn = fc
			.tuple(fc.constantFrom(...good), fc.nat(60), bytes)
			.map(([line, at, junk]) => `${line.slice(0, at)}\u0000${junk}`);
		const line = fc.oneof(
			fc.constantFrom(...good).map(text => ({text, isGood: true})),
			fc.oneof(bytes, torn).map(text => ({text, isGood: false})),
		);
		fc.assert(
			fc.property(fc.array(line, {maxLength: 20}), mixed => {
				const {sockets} = readTable(mixed.map(({text}) => text).join('\n'), {peerWindowReported: true});
				const wanted = mixed.filter(({isGood}) => isGood).map(({text}) => aloneWithWindows(text));
				let at = 0;
				for (const socket of sockets) if (JSON.stringify(socket) === wanted[at]) at++;
				expect(at).toBe(wanted.length);
			}),
			{numRuns: 150},
		);
	});

	test('is parsed as far as a cut line goes', () => {
		fc.assert(
			fc.property(fc.constantFrom(...good), fc.nat(), options, (line, at, asked) => {
				const cut = line.slice(0, at % (line.length + 1));
				const [socket] = readTable(cut, {...asked, kind: 'tcp'}).sockets;
				if (socket === undefined) return;
				const whole: unknown = JSON.parse(expected.get(line) ?? '{}');
				const {state, recvQ, sendQ} = socket;
				expect(whole).toMatchObject({state, recvQ, sendQ});
			}),
			{numRuns: 500},
		);
	});

	test('keeps every line before the cut of a table', () => {
		const whole = good.join('\n');
		fc.assert(
			fc.property(fc.nat({max: whole.length}), at => {
				const cut = whole.slice(0, at);
				const {sockets} = readTable(cut, {peerWindowReported: true});
				const complete = cut.split('\n').slice(0, -1);
				expect(sockets.slice(0, complete.length).map(socket => JSON.stringify(socket))).toEqual(
					complete.map(aloneWithWindows),
				);
			}),
			{numRuns: 20},
		);
	});
});

const known = new Map<string, string>();
const aloneWithWindows = (line: string): string => {
	const seen = known.get(line);
	if (seen !== undefined) return seen;
	const alone = JSON.stringify(readTable(line, {peerWindowReported: true}).sockets[0]);
	known.set(line, alone);
	return alone;
};

describe('text from outside', () => {
	const comm = fc.oneof(
		fc.string({unit: 'binary-ascii', maxLength: 15}).map(text => text.replaceAll(/[\n\0]/g, ' ')),
		fc
			.array(fc.constantFrom('"', ')', '(', ',', 'pid=', 'fd=', '1', ' ', 'ino:9', 'sk:9', '<->'), {
				maxLength: 12,
			})
			.map(parts => parts.join('').slice(0, 15)),
	);
	const path = fc.oneof(
		fc.string({unit: 'binary-ascii', maxLength: 60}).map(text => text.replaceAll(/[\n\0]/g, ' ')),
		fc
			.array(
				fc.constantFrom(
					' ',
					'<->',
					'---',
					' --> ',
					'ino:9',
					'sk:9',
					'v6only:1',
					'skmem:(d9)',
					' cwnd:99 ',
					'x',
				),
				{maxLength: 12},
			)
			.map(parts => parts.join('')),
	);
	const identity = ({state, inode, cookie, uid, local, peer, recvQ, sendQ, timer}: KernelSocket) => ({
		...{state, inode, cookie, uid, local, peer, recvQ, sendQ, timer},
	});
	const head = 'ESTAB 0 7 10.0.0.1:80 10.0.0.2:4000';
	const rest = 'skmem:(r0,d1) ts sack cubic rto:200 rtt:1.5/1 cwnd:10 snd_wnd:5';

	test("forges no field of a socket by a process's name or the path of a cgroup", () => {
		const [plain] = readTable(`${head} timer:(on,200ms,2) uid:33 ino:7 sk:ff cgroup:/ <-> ${rest}`).sockets;
		if (plain === undefined) throw new Error('the plain line is understood');
		fc.assert(
			fc.property(fc.array(comm, {minLength: 1, maxLength: 3}), path, (names, cgroup) => {
				const users = names.map((name, index) => `("${name}",pid=${index + 1},fd=3)`).join(',');
				const line = `${head} users:(${users}) timer:(on,200ms,2) uid:33 ino:7 sk:ff cgroup:/${cgroup} <-> ${rest}`;
				const {sockets} = readTable(line);
				expect(sockets).toHaveLength(1);
				expect(sockets[0]).toEqual(plain);
			}),
			{numRuns: 500},
		);
	});

	test('forges no inode where the line itself has none', () => {
		fc.assert(
			fc.property(comm, path, (name, cgroup) => {
				const line = `${head} users:(("${name}",pid=1,fd=3)) ino:0 sk:ff cgroup:/${cgroup} <->`;
				const [socket] = readTable(line).sockets;
				expect(socket && identity(socket)).toMatchObject({inode: null, cookie: 'ff', uid: null});
			}),
			{numRuns: 300},
		);
	});
});
