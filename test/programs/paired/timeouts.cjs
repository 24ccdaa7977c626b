'use strict';
// Inactivity timers: set, fired, cleared, on sockets and servers; their properties and how often they fire.
const net = require('node:net');
const {listening, next, note, pair} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	client.setTimeout(60, () => note('client', 'callback'));
	client.on('timeout', () => note('client', 'timeout', client.timeout, client.listenerCount('timeout')));
	await next(client, 'timeout');
	client.setTimeout(0);
	note('client', client.timeout, client.readyState, process.getActiveResourcesInfo().includes('Timeout'));
	serverSide.setTimeout(40);
	serverSide.on('timeout', () => serverSide.destroy());
	await next(serverSide, 'close');
	if (!client.resume().closed) await next(client, 'close');
	const connecting = net.connect({port: server.address().port, host: '127.0.0.1', timeout: 5000});
	note('connecting', connecting.timeout);
	await next(connecting, 'connect');
	connecting.destroy();
	await next(connecting, 'close');
	note('connecting', connecting.timeout, process.getActiveResourcesInfo().includes('Timeout'));
	server.close();
	server.on('connection', socket => socket.destroy());
};
main();
