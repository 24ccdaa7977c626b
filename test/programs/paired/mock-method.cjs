'use strict';
// The mocks of node:test on methods of a socket, a server and the process.
const net = require('node:net');
const {mock} = require('node:test');
const {listening, next} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.end('bye'));
	await listening(server);
	const client = new net.Socket();
	const spies = ['write', 'end', 'destroy', '_destroy', 'setTimeout', 'on', 'connect'].map(name => [
		name,
		mock.method(client, name),
	]);
	client.connect(server.address().port, '127.0.0.1');
	client.on('data', () => {}).end('hello');
	await next(client, 'close');
	for (const [name, spy] of spies) console.log(name, spy.mock.calls.length);
	mock.method(process, 'cwd', () => 'somewhere');
	console.log(process.cwd());
	mock.restoreAll();
	server.close();
};
main();
