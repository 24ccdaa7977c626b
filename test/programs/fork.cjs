'use strict';
// The parent accepts a connection and passes its socket to a forked child, which answers on it.
const {fork} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const lead = async () => {
	const child = fork(__filename, ['child']);
	const server = net.createServer({pauseOnConnect: true}, socket => child.send('socket', socket));
	const port = await listening(server);
	const client = net.connect(port, '127.0.0.1');
	const [text] = await next(client, 'data');
	client.resume();
	say('ready', {pid: process.pid, child: child.pid, port, text: String(text), client: describe(client)});
	await untilLine();
	client.end();
	await next(client, 'close');
	server.close();
	child.disconnect();
};

const serve = () => {
	// The parent decides, also where the signal goes to the whole process group.
	process.on('SIGTERM', () => {});
	process.on('message', (_message, socket) => {
		say('received', {pid: process.pid, server: describe(socket)});
		socket.resume();
		socket.write('hello from the child');
	});
};

if (process.argv[2] === 'child') serve();
else lead();
