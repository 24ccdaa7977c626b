import {describe, expect, test} from 'vitest';
import {parseConnections} from '../../../../source/kernel/portable/connections.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';

const recorded: unknown = JSON.parse(fixture('network-connections.json'));
if (!Array.isArray(recorded)) throw new Error('the recording is a list');

describe('connections from systeminformation, on a platform without ss', () => {
	const {sockets, notUnderstood} = parseConnections(recorded);

	test('are parsed for every recorded TCP connection', () => {
		expect(notUnderstood).toBe(0);
		expect(sockets).toHaveLength(recorded.length);
	});

	test.each([
		[{state: 'LISTEN', local: {address: '127.0.0.1', port: 8301, family: 4}, peer: null}],
		[{state: 'LISTEN', local: {address: '::', port: 8303, family: 6}, peer: null}],
		[
			{
				state: 'ESTAB',
				local: {address: '127.0.0.1', port: 8403, family: 4},
				peer: {address: '127.0.0.1', port: 8303, family: 4},
			},
		],
		// A mapped pair: the server's side is an IPv6 socket.
		[
			{
				state: 'ESTAB',
				local: {address: '127.0.0.1', port: 8303, family: 4},
				peer: {address: '127.0.0.1', port: 8403, family: 4},
			},
		],
		[
			{
				state: 'FIN-WAIT-2',
				local: {address: '::1', port: 8402, family: 6},
				peer: {address: '::1', port: 8302, family: 6},
			},
		],
		[
			{
				state: 'CLOSE-WAIT',
				local: {address: '::1', port: 8302, family: 6},
				peer: {address: '::1', port: 8402, family: 6},
			},
		],
	])('include %j', expected => {
		expect(sockets).toContainEqual(expect.objectContaining(expected));
	});

	test('have null, never zero, for unknown values', () => {
		for (const socket of sockets) {
			expect(socket).toMatchObject({recvQ: null, sendQ: null, inode: null, cookie: null, info: null});
		}
	});

	test.each([
		[
			{
				protocol: 'tcp4',
				localAddress: '*',
				localPort: '8080',
				peerAddress: '*',
				peerPort: '*',
				state: 'LISTEN',
			},
			{local: {address: '0.0.0.0', port: 8080, family: 4}, peer: null},
		],
		[
			{
				protocol: 'tcp46',
				localAddress: '*',
				localPort: '8080',
				peerAddress: '*',
				peerPort: '*',
				state: 'LISTEN',
			},
			{local: {address: '::', port: 8080, family: 6}, peer: null},
		],
		[
			{
				protocol: 'tcp6',
				localAddress: 'fe80::1%lo0',
				localPort: '8080',
				peerAddress: 'fe80::2%lo0',
				peerPort: '5000',
				state: 'FIN_WAIT_1',
			},
			{state: 'FIN-WAIT-1', device: 'lo0'},
		],
	])("are parsed from macOS's format: %j", (connection, expected) => {
		expect(parseConnections([connection])).toMatchObject({sockets: [expected], notUnderstood: 0});
	});

	test('leave UDP out, and count unparsed entries', () => {
		const tcp = {
			protocol: 'tcp',
			localAddress: '10.0.0.1',
			localPort: '1',
			peerAddress: '10.0.0.2',
			peerPort: '2',
		};
		expect(
			parseConnections([
				{...tcp, protocol: 'udp4', state: 'UNKNOWN'},
				{...tcp, state: 'ESTABLISHED'},
				{...tcp, state: 'UNKNOWN'},
				{...tcp, state: 'LISTEN', localAddress: '\u001b[2J'},
				{...tcp, state: 'LISTEN', localAddress: null},
				{protocol: 'tcp'},
			]),
		).toMatchObject({sockets: [{state: 'ESTAB'}], notUnderstood: 4});
	});
});
