'use strict';
// The fake timers of node:test: only those of the program are in them, before and after a connection.
const net = require('node:net');
const {mock} = require('node:test');
const {listening, pair} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer();
	await listening(server);
	mock.timers.enable();
	let fired = 0;
	setInterval(() => fired++, 1000);
	setTimeout(() => console.log('one day later'), 86_400_000);
	const {client, serverSide} = await pair(server);
	serverSide.destroy();
	client.destroy();
	mock.timers.tick(10_000);
	console.log(fired, Date.now());
	mock.timers.runAll();
	console.log(fired);
	mock.timers.reset();
	server.close();
};
main();
