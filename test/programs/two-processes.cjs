'use strict';
// A server, and a client in another process: connections of 5 bytes there and back, of which the last one stays open.
// Arguments: how many (1); then words before the client's own command, e.g. `env -u NODE_OPTIONS`.
const {spawn} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, next, describe, until} = require('./helpers/facts.cjs');

const [count = '1', ...through] = process.argv.slice(2);
const atOnce = 10;

const serve = async () => {
	const sockets = [];
	const server = net.createServer(socket => {
		sockets.push(socket);
		socket.on('error', () => {}).pipe(socket);
	});
	const port = await listening(server);
	say('ready', {pid: process.pid, port});
	const [command, ...words] = [...through, process.execPath, __filename, count, 'connect', port];
	// The child's input ends when it is to end.
	const child = spawn(command, words.map(String), {stdio: ['pipe', 'inherit', 'inherit']});
	await untilLine();
	child.stdin.end('end\n');
	await next(child, 'exit');
	server.close();
	for (const socket of sockets) socket.destroy();
};

const once = async port => {
	const client = net.connect(port, '127.0.0.1');
	client.write('hello');
	await next(client, 'data');
	return client;
};

const connect = async port => {
	const clients = [];
	for (let left = Number(count); left > 1; left -= atOnce) {
		const some = await Promise.all(Array.from({length: Math.min(atOnce, left - 1)}, () => once(port)));
		for (const client of some) {
			clients.push(client.localPort);
			client.end();
		}
		await until(() => some.every(client => client.closed));
	}
	const last = await once(port);
	last.resume();
	say('open', {pid: process.pid, clients: [...clients, last.localPort], client: describe(last)});
	await untilLine();
	last.end();
};

if (through[0] === 'connect') connect(Number(through[1]));
else serve();
