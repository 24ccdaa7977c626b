'use strict';
// A server whose second connection is accepted and then forgotten: a handle without any socket.
const net = require('node:net');

const kept = [];
const server = net.createServer(socket => socket.resume());
server.listen(0, '127.0.0.1', () => {
	const connect = () => net.connect(server.address().port, '127.0.0.1').resume();
	connect().once('connect', () => {
		setTimeout(() => {
			server._handle.onconnection = (_error, handle) => kept.push(handle);
			connect().once('connect', function () {
				console.error(`forgotten: ${this.localPort}`);
			});
		}, 300);
	});
});
setTimeout(() => process.exit(124), 30_000);
