'use strict';
// Sockets, servers and timers that do not keep the process alive: the process ends with all of them open.
const net = require('node:net');
const {listening, pair} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.unref());
	await listening(server);
	const {client} = await pair(server);
	setInterval(() => console.log('a timer that should not have run'), 20_000).unref();
	client.unref();
	server.unref();
	console.log(process._getActiveHandles().length, process._getActiveRequests().length);
	process.on('exit', () => console.log(client.readyState, server.listening));
};
main();
