'use strict';
// A test file for `node --test`: sockets, a failure, a skipped one, a mock, a leak that is found.
const assert = require('node:assert');
const net = require('node:net');
const {after, describe, it, test} = require('node:test');
const {listening, pair} = require('./sockets.cjs');

const server = net.createServer(socket => socket.end('bye').resume());
after(() => server.close());

describe('a server', () => {
	it('answers', async () => {
		await listening(server);
		const {client} = await pair(server);
		const chunks = [];
		for await (const chunk of client) chunks.push(chunk);
		assert.equal(Buffer.concat(chunks).toString(), 'bye');
	});
	it('fails', {skip: false}, () => assert.equal(server.listening, false));
	it('is skipped', {skip: true}, () => {});
});
test('an error that comes late', () => {
	net.connect(1, '127.0.0.1');
	// Not a timer: on a busy machine it may be due before the error.
	return new Promise(resolve => process.once('uncaughtExceptionMonitor', resolve));
});
test('mocks', context => {
	const write = context.mock.method(net.Socket.prototype, 'write');
	assert.equal(write.mock.calls.length, 0);
});
