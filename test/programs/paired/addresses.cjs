'use strict';
// Addresses and counters of a socket before, while and after its connection: what is cached, and what is gone.
const net = require('node:net');
const {listening, next, note, withoutNumbers} = require('./sockets.cjs');

const names = [
	'remoteAddress',
	'remoteFamily',
	'remotePort',
	'localAddress',
	'localFamily',
	'bytesRead',
	'bytesWritten',
];
const look = (actor, when, socket, some = names) =>
	note(
		actor,
		when,
		some.map(name => (/Port/.test(name) ? withoutNumbers(String(socket[name])) : socket[name])).join(' '),
	);

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	await listening(server);
	const connect = () => net.connect(server.address().port, '127.0.0.1').resume();
	const asked = connect();
	look('asked', 'before', asked);
	await next(asked, 'connect');
	look('asked', 'while', asked);
	await next(asked, 'close');
	look('asked', 'after', asked);

	// The program reads no address while it is connected: only those read then are still known after its end.
	const never = connect();
	await next(never, 'connect');
	// Several ticks of the hook pass meanwhile.
	await new Promise(resolve => setTimeout(resolve, 400));
	if (!never.closed) await next(never, 'close');
	look('never', 'after', never);
	note(
		'never',
		Object.keys(never)
			.filter(key => /peername|sockname/.test(key))
			.join(),
	);
	server.close();
};
main();
