'use strict';
// One socket object that connects again and again, is reset, destroyed while it connects, ended before it is open.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket =>
		socket
			.on('error', () => {})
			.end('bye')
			.resume(),
	);
	const port = await listening(server);
	const socket = new net.Socket();
	for (const event of ['connect', 'ready', 'data', 'end', 'close', 'error']) {
		socket.on(event, value =>
			note('socket', event, Buffer.isBuffer(value) ? String(value) : (value?.code ?? value)),
		);
	}
	for (let round = 0; round < 3; round++) {
		socket.connect(port, '127.0.0.1');
		await next(socket, 'close');
		note('socket', socket.destroyed, socket.connecting, socket.pending, socket.listenerCount('connect'));
	}
	socket.connect(1, '127.0.0.1');
	await next(socket, 'close');

	const early = net.connect(port, '127.0.0.1').destroy();
	await next(early, 'close');
	note('early', early.connecting, early.readyState);
	const reset = net.connect(port, '127.0.0.1').on('error', ({code}) => note('reset', code));
	await next(reset, 'connect');
	reset.resetAndDestroy();
	await next(reset, 'close');
	const ended = net.connect(port, '127.0.0.1').resume();
	ended.end('all at once', () => note('ended', 'flushed'));
	await next(ended, 'close');
	const soon = net.connect(port, '127.0.0.1');
	soon.write('something');
	soon.destroySoon();
	note('soon', await next(soon, 'close'));
	server.close();
};
main();
