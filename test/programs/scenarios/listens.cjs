'use strict';
// Listens, and keeps its connections until a line on standard input or SIGTERM. The argument is JSON: the options of
// listen(), and of our own
// - onConnection: 'keep' (the default), 'end', 'reset'
const net = require('node:net');
const {say, untilLine} = require('../helpers/facts.cjs');

const {onConnection = 'keep', ...options} = JSON.parse(process.argv[2] ?? '{}');
const sockets = [];
const server = net.createServer(socket => {
	sockets.push(socket);
	socket.on('error', () => {});
	if (onConnection === 'end') socket.end();
	else if (onConnection === 'reset') socket.resetAndDestroy();
});
server.listen({port: 0, ...options}, async () => {
	say('listening', {port: server.address().port});
	await untilLine();
	server.close();
	for (const socket of sockets) socket.destroy();
});
