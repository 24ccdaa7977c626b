'use strict';
// Calls process.exit(4) inside a 'data' listener, while both ends of the connection are open.
const net = require('node:net');

const server = net.createServer(socket => socket.write('leave now'));
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.on('data', text => {
		console.log(`received: ${text}`);
		process.exit(4);
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
