'use strict';
// Throws inside a 'data' listener.
const net = require('node:net');

const server = net.createServer(socket => socket.write('hello'));
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.on('data', function onData() {
		throw new Error('thrown in a data listener');
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
