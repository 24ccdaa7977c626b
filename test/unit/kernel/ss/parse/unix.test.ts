import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {KernelSocket} from '../../../../../source/domain/row.ts';
import {fixtureBytes} from '../../../../helpers/kernel/fixtures.ts';
import {readTable} from '../../../../helpers/kernel/read-table.ts';

const parse = (line: string): KernelSocket => {
	const {sockets, notUnderstood} = readTable(line, {kind: 'unix'});
	const [socket] = sockets;
	if (socket === undefined || sockets.length > 1) throw new Error(`not understood: ${notUnderstood.samples}`);
	return socket;
};

describe('a unix socket', () => {
	const rest =
		'users:(("node",pid=1540,fd=79)) skmem:(r0,rb212992,t768,tb212992,f0,w0,o0,bl0,d3) --> ino:2156907 dev:0/65024';
	const nothing = {
		...{cookie: null, uid: null, timer: null, device: null, v6only: null, info: null},
		...{shutdown: null, drops: null},
	};

	test.each<[string, Partial<KernelSocket>]>([
		[
			'u_str LISTEN 1 3    /run/a.sock 71   * 0   ',
			{
				state: 'LISTEN',
				local: {path: '/run/a.sock'},
				peer: null,
				recvQ: 1,
				sendQ: 3,
				inode: 71,
				peerInode: null,
			},
		],
		[
			'u_str ESTAB 5 768   * 72   * 73',
			{state: 'ESTAB', local: null, peer: null, recvQ: 5, sendQ: 768, inode: 72, peerInode: 73},
		],
		['u_dgr UNCONN 0 0 /run/log 74 * 0', {state: 'UNCONN', local: {path: '/run/log'}, inode: 74}],
		['u_seq ESTAB 0 0 @abstract 75 * 76', {local: {path: '@abstract'}, inode: 75, peerInode: 76}],
		['ESTAB 0 0 /no/netid 77 * 78', {local: {path: '/no/netid'}, inode: 77}],
		['u_str ESTAB 0 0 * 79 /peer/name 80', {local: null, peer: {path: '/peer/name'}, peerInode: 80}],
		['u_str ESTAB 0 0 * 79 ? 80', {local: null, peer: null, peerInode: 80}],
	])('%s', (line, fields) => {
		expect(parse(line)).toMatchObject({kind: 'unix', ...nothing, ...fields});
		const full = parse(`${line.trimEnd()} ${rest}`);
		expect(full).toEqual({...parse(line), shutdown: '-->', drops: 3});
	});

	test.each([
		'/a b:1.sock',
		'/tab\tand:colon',
		'c 77 * 88',
		'c 77 * 88 <->',
		'd 77 * 88 users:(("x",pid=1,fd=2))',
		'e 77 * 88 skmem:(r0,d9) <-> ino:5 dev:0/1 peers: 6',
		'77',
		'77 * 88',
		'@a b 1 * 2',
		'…/ä',
	])('has the path %j, which forges no other field', path => {
		const text = Buffer.from(path).toString('latin1');
		for (const line of [
			`u_str LISTEN 0 5 ${text} 71 * 0`,
			`u_str LISTEN 0 5      ${text} 71          * 0        ${rest}      `,
			`u_str LISTEN 0 5 ${text} 71 * 0 users:(("1 * 2 ",pid=3,fd=4))`,
			`u_str LISTEN 0 5 ${text} 71 * 0 <-> peers: 5 6`,
		]) {
			expect(parse(line)).toMatchObject({local: {path}, inode: 71, peerInode: null});
		}
	});

	test('keeps its identity whatever path its owner has chosen', () => {
		const path = fc
			.array(
				fc.oneof(
					fc.constantFrom(
						' ',
						'*',
						'7',
						' 8 ',
						' * 9',
						'users:((',
						'"',
						',pid=1,fd=2',
						')',
						'<->',
						'peers:',
						'ino:',
					),
					fc.string({unit: 'binary-ascii', maxLength: 4}).map(text => text.replaceAll(/[\n\0]/g, '')),
				),
				{minLength: 1, maxLength: 14},
			)
			.map(parts => `/${parts.join('')}`.slice(0, 107).trimEnd());
		fc.assert(
			fc.property(path, fc.constantFrom('', ` ${rest}`, ' <->', ' <-> peers: 5 6'), (name, end) => {
				expect(parse(`u_str LISTEN 0 5 ${name} 71 * 0${end}`)).toMatchObject({inode: 71, peerInode: null});
			}),
			{numRuns: 2000},
		);
	});

	test('with bytes that are not UTF-8 has a path all the same', () => {
		expect(parse('u_str LISTEN 0 5 /\xff\xfe.sock 71 * 0').local).toEqual({path: '/\ufffd\ufffd.sock'});
	});

	test.each([
		'u_str LISTEN 0 3          e',
		'u_str LISTEN 0 3',
		'u_str LISTEN 0 3 /a 71',
		'u_str LISTEN x 3 /a 71 * 0',
	])('cut off is not parsed: %j', line => {
		expect(readTable(line, {kind: 'unix'})).toMatchObject({sockets: [], notUnderstood: {count: 1}});
	});

	test('with a line feed in its path forges no TCP socket, where unix sockets are listed alone', () => {
		const path =
			'/a\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:5 ino:4711 sk:1 <->\nESTAB 0 0 10.0.0.1:80 10.0.0.2:5 ino:4711';
		const {sockets} = readTable(`u_str LISTEN 0 5 ${path} 71 * 0 <->\n`, {kind: 'unix'});
		expect(sockets.filter(({kind, inode}) => kind !== 'unix' || inode === 4711)).toEqual([]);
	});
});

describe('real output', () => {
	const names = ['a b:1.sock', 'c 77 * 88', 'd 77 * 88 users:(("x",pid=1,fd=2))', '\ufffd\ufffd.sock'];

	test.each([
		['7.1.0.x.ss', {version: {major: 7, minor: 1}}],
		['4.4.0.x-lines.ss', {version: {major: 4, minor: 4}, multiline: true}],
	])('%s has every socket by its own inode, and both ends of each pair', (name, options) => {
		const {sockets, notUnderstood} = readTable(fixtureBytes(`versions/${name}`), {kind: 'unix', ...options});
		// One path has a line feed in it: the line after the break is not a socket.
		expect(notUnderstood).toEqual({count: 1, samples: [expect.stringMatching(/^u_str +LISTEN +0 +3 +e$/)]});
		expect(sockets).toHaveLength(20);
		const byInode = new Map(sockets.map(socket => [socket.inode, socket]));
		expect(byInode.size).toBe(20);
		const paths = sockets.map(({local}) => (local !== null && 'path' in local ? local.path : null));
		for (const path of names) expect(paths).toContain(path);
		expect(paths.filter(path => path?.startsWith('@'))).toHaveLength(2);
		const ends = sockets.filter(({peerInode}) => peerInode !== null && byInode.has(peerInode));
		const mutual = ends.filter(({inode, peerInode}) => byInode.get(peerInode)?.peerInode === inode);
		expect(mutual).toHaveLength(8);
		expect(sockets.find(({recvQ}) => recvQ === 5)).toMatchObject({
			shutdown: '-->',
			local: {path: 'a b:1.sock'},
		});
	});
});
