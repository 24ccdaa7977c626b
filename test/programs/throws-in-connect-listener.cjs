'use strict';
// Throws inside a 'connect' listener.
const net = require('node:net');

const server = net.createServer();
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.on('connect', function onConnect() {
		throw new Error('thrown in a connect listener');
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
