'use strict';
const {Server} = require('socket.io');

/** The server of socket.io-client.cjs: answers, and ends with its runner. */
const server = new Server();
server.on('connection', socket => {
	socket.on('sum', (a, b, answer) => answer(a + b));
	socket.on('shout', text => socket.emit('shouted', text.toUpperCase()));
});
server.listen(Number(process.env.SOCKET_IO_PORT));
