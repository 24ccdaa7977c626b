'use strict';
// A server that may have two connections gets four: two are dropped.
const net = require('node:net');
const {say, untilLine, listening, next, describeListener} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).resume());
	server.maxConnections = 2;
	const port = await listening(server);
	const clients = [];
	for (let count = 0; count < 4; count++) {
		const client = net.connect(port, '127.0.0.1');
		client.on('error', () => {}).resume();
		const dropped = count < 2 ? null : next(server, 'drop');
		await next(client, 'connect');
		const {localAddress: address, localPort} = client;
		clients.push({address, port: localPort, family: 4});
		if (dropped) await dropped;
	}

	say('ready', {listener: describeListener(server), clients});
	await untilLine();
	process.exit(0);
};

main();
