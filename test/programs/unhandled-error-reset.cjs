'use strict';
// A connection that is reset by the server, and no 'error' listener.
const net = require('node:net');

const server = net.createServer(socket => socket.once('data', () => socket.resetAndDestroy()));
server.listen(0, '127.0.0.1', () => {
	net.connect(server.address().port, '127.0.0.1').write('hello');
});
setTimeout(() => process.exit(124), 30_000).unref();
