'use strict';
// Two cluster workers share a port; the primary connects to it twice, and each worker accepts one of the two.
const cluster = require('node:cluster');
const net = require('node:net');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const lead = async () => {
	const workers = [cluster.fork(), cluster.fork()];
	const addresses = await Promise.all(workers.map(async worker => (await next(worker, 'listening'))[0]));
	const {port} = addresses[0];
	const clients = [];
	for (const worker of workers) {
		const client = net.connect(port, '127.0.0.1');
		client.on('error', () => {}).write('hello');
		await next(client, 'data');
		client.resume();
		clients.push({client, worker});
	}
	say('ready', {
		pid: process.pid,
		port,
		workers: workers.map(worker => worker.process.pid),
		clients: clients.map(({client}) => describe(client)),
	});
	await untilLine();
	for (const {client} of clients) client.end();
	await Promise.all(clients.map(({client}) => next(client, 'close')));
	cluster.disconnect();
};

const serve = async () => {
	// The primary decides, also where the signal goes to the whole process group.
	process.on('SIGTERM', () => {});
	const server = net.createServer(socket => {
		socket.once('data', bytes => {
			say('accepted', {pid: process.pid, server: describe(socket)});
			socket.write(bytes);
			socket.resume();
		});
	});
	await listening(server);
};

if (cluster.isPrimary) lead();
else serve();
