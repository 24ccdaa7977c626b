'use strict';
// The diagnostics channels with subscribers, and the messages of its own subscriptions.
const channels = require('node:diagnostics_channel');
const net = require('node:net');
const {listening, note, pair} = require('./sockets.cjs');

const names = ['net.server.socket', 'undici:request:create', 'child_process'];
for (const name of names) console.log(name, channels.hasSubscribers(name));
channels.subscribe('net.client.socket', ({socket}) =>
	note('client', socket.connecting, Boolean(socket._handle)),
);
const ownOne = ({socket}) => note('server', socket.readyState);
channels.subscribe('net.server.socket', ownOne);

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	console.log(
		channels.unsubscribe('net.server.socket', ownOne),
		channels.hasSubscribers('net.server.socket'),
	);
	client.destroy();
	serverSide.destroy();
	server.close();
};
main();
