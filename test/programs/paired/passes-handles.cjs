'use strict';
// Passes a server, a socket and a datagram socket to a child, and takes a socket back.
const {fork} = require('node:child_process');
const {on} = require('node:events');
const dgram = require('node:dgram');
const net = require('node:net');
const {listening, next, note, textOf} = require('./sockets.cjs');

const serve = () => {
	process.on('message', (name, handle) => {
		const keys = Object.keys(handle ?? {}).length > 0;
		process.send(`got ${name} ${handle?.constructor.name} ${keys} ${handle?.listenerCount?.('error')}`);
		if (name === 'server') handle.on('connection', socket => socket.end('from the child'));
		if (name === 'socket') handle.end('handed over');
		if (name === 'datagrams') handle.close();
		if (name === 'end') process.exit();
	});
};

const main = async () => {
	const child = fork(__filename, ['child']);
	const heard = async name => {
		for await (const [message] of on(child, 'message')) if (message.startsWith(`got ${name}`)) return message;
	};
	const server = net.createServer({pauseOnConnect: true}, socket => child.send('socket', socket));
	const port = await listening(server);
	note('client', await textOf(net.connect(port, '127.0.0.1')));
	const served = heard('server');
	child.send('server', server);
	note('child', await served);
	server.close();
	note('client', await textOf(net.connect(port, '127.0.0.1')));
	const datagrams = dgram.createSocket('udp4').bind(0, '127.0.0.1');
	await next(datagrams, 'listening');
	const taken = heard('datagrams');
	child.send('datagrams', datagrams, () => datagrams.close());
	note('child', await taken);
	child.send('end');
	note('exit', ...(await next(child, 'exit')));
	process.exit();
};
if (process.argv[2] === 'child') serve();
else main();
