'use strict';
// Clients of a unix listener that never accepts: a child listens, and at the first line stands still, before two clients connect.
// At the second line it ends. Prints "listening" with the path, "connected", and "reset" with each client's code; stays until a
// line on standard input or SIGTERM.
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
			// The message has left once its callback runs; the child then stands until it is killed.
			process.send('standing', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000));
		});
	});
};

const main = async () => {
	const child = fork(__filename, [process.argv[2], 'serve']);
	await next(child, 'message');
	say('listening', {path: socketPath});
	await untilLine({more: true});
	child.send('stand');
	await next(child, 'message');
	const clients = Array.from({length: 2}, () =>
		net.connect(socketPath).on('error', ({code}) => say('reset', {code})),
	);
	for (const client of clients) client.write('hello');
	await Promise.all(clients.map(client => next(client, 'connect')));
	say('connected');
	await untilLine({more: true});
	child.kill('SIGKILL');
	await untilLine();
	process.exit(0);
};

if (process.argv[3] === 'serve') serve();
else main();
