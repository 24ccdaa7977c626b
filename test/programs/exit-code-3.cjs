'use strict';
// Opens a connection, closes it, and ends with exit code 3 of its own accord.
const net = require('node:net');

const server = net.createServer(socket => socket.end('bye'));
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.resume();
	client.on('close', () => {
		console.log('closed');
		server.close();
		process.exitCode = 3;
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
