'use strict';
// A port that is taken, and no 'error' listener. The message holds the port: compare with numbers replaced.
const net = require('node:net');

const first = net.createServer();
first.listen(0, '127.0.0.1', () => {
	net.createServer().listen(first.address().port, '127.0.0.1');
});
setTimeout(() => process.exit(124), 30_000).unref();
