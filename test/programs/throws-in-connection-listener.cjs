'use strict';
// Throws inside a server's 'connection' listener.
const net = require('node:net');

const server = net.createServer(function onConnection() {
	throw new Error('thrown in a connection listener');
});
server.listen(0, '127.0.0.1', () => {
	net.connect(server.address().port, '127.0.0.1').on('error', () => {});
});
setTimeout(() => process.exit(124), 30_000).unref();
