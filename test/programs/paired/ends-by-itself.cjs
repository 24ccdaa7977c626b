'use strict';
// Nothing is open any more: the time and number of 'beforeExit' events.
const net = require('node:net');
const {listening, pair} = require('./sockets.cjs');

let rounds = 0;
const round = async () => {
	const server = net.createServer(socket => socket.pipe(socket));
	await listening(server);
	const {client} = await pair(server);
	client.end('hello').resume();
	server.close();
};

process.on('beforeExit', code => {
	console.log(`beforeExit ${code}, round ${rounds}`);
	// More work from here: it ends only when this adds none.
	if (rounds++ < 3) round();
	else process.exitCode = 2;
});
process.on('exit', code => console.log(`exit ${code}`));
