'use strict';
// Replaces emit of a socket, of all servers and of the process, as test suites do, and counts what comes through.
const net = require('node:net');
const {mock} = require('node:test');

const count = (object, name) => {
	const {mock: calls} = mock.method(object, 'emit');
	process.once('beforeExit', () => console.log(name, calls.callCount()));
};

const names = [];
const {emit} = process;
process.emit = function (name, ...values) {
	names.push(name);
	return emit.call(this, name, ...values);
};

count(net.Server.prototype, 'server');
const server = net.createServer(socket => socket.end('hello'));
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	count(client, 'client');
	client.resume();
	// Longer than a few polls of the hook.
	client.once('close', () => setTimeout(() => server.close(), 300));
});
process.once('exit', () => console.log('process', names));
