'use strict';
// A parent passes its listening server to a forked child and closes its own; the child accepts.
const {fork} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, next, describe, describeListener} = require('./helpers/facts.cjs');

const lead = async () => {
	const child = fork(__filename, ['child']);
	const server = net.createServer();
	const port = await listening(server);
	const listener = describeListener(server);
	child.send('server', server);
	await next(child, 'message');
	server.close();
	const client = net.connect(port, '127.0.0.1');
	await next(client, 'data');
	client.resume();
	say('ready', {pid: process.pid, child: child.pid, listener, client: describe(client)});
	await untilLine();
	client.end();
	await next(client, 'close');
	child.send('end');
	child.disconnect();
};

const serve = () => {
	// The parent decides, also where the signal goes to the whole process group.
	process.on('SIGTERM', () => {});
	process.once('message', (_message, server) => {
		server.on('connection', socket => socket.resume().write('hello'));
		process.once('message', () => server.close());
		process.send('mine');
	});
};

if (process.argv[2] === 'child') serve();
else lead();
