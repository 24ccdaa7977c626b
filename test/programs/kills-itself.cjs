'use strict';
// Ends by a signal that it sends to itself. Argument: the signal (SIGTERM).
const net = require('node:net');

const server = net.createServer();
server.listen(0, '127.0.0.1', () => {
	console.log('before');
	process.kill(process.pid, process.argv[2] ?? 'SIGTERM');
});
setTimeout(() => process.exit(124), 30_000).unref();
