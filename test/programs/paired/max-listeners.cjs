'use strict';
// As many listeners as are allowed before a warning comes, and then one more of two events.
const net = require('node:net');
const {listening, pair} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	for (const socket of [client, serverSide]) {
		for (const event of ['error', 'data', 'end', 'close', 'timeout', 'drain', 'connect', 'own']) {
			while (socket.listenerCount(event) < socket.getMaxListeners()) socket.on(event, () => {});
		}
	}
	while (server.listenerCount('connection') < server.getMaxListeners()) server.on('connection', () => {});
	while (process.listenerCount('exit') < process.getMaxListeners()) process.on('exit', () => {});
	console.log('no warning came of these');
	client.on('error', () => {});
	process.on('exit', () => {});
	client.destroy();
	serverSide.destroy();
	server.close();
};
main();
