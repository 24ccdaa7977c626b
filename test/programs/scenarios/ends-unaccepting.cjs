'use strict';
// Clients of a unix listener that never accepts: a child listens, stands still, and ends at a signal. Prints "reset" with
// each client's code, and stays until a line on standard input or SIGTERM.
const {fork} = require('node:child_process');
const net = require('node:net');
const path = require('node:path');
const {say, untilLine, next} = require('../helpers/facts.cjs');

const socketPath = path.join(process.argv[2], 'unaccepting.sock');

const serve = () => {
	const server = net.createServer(socket => socket.resume());
	server.listen({path: socketPath, backlog: 2}, () => {
		process.send('listening');
		process.once('message', () => {
			process.send('standing');
			// The first message has left, and the first snapshots have shown the listener.
			setTimeout(() => {
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
				process.exit(0);
			}, 1500);
		});
	});
};

const main = async () => {
	const child = fork(__filename, [process.argv[2], 'serve']);
	await next(child, 'message');
	child.send('stand');
	await next(child, 'message');
	setTimeout(() => {
		for (let count = 0; count < 2; count++) {
			const socket = net.connect(socketPath);
			socket.on('error', ({code}) => say('reset', {code}));
			socket.write('hello');
		}
	}, 2000);
	await untilLine();
	process.exit(0);
};

if (process.argv[3] === 'serve') serve();
else main();
