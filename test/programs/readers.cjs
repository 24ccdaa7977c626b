'use strict';
// Clients that have got 5 bytes each, and take them in different ways, or not at all.
const net = require('node:net');
const {say, untilLine, listening, next, until, describe} = require('./helpers/facts.cjs');

const ways = {
	data: socket => socket.on('data', () => {}),
	readable: socket => socket.on('readable', () => socket.read()),
	async iterated(socket) {
		for await (const _bytes of socket);
	},
	pausedOne: socket => socket.on('data', () => {}).pause(),
	none() {},
};

const main = async () => {
	const server = net.createServer(socket => socket.write('hello'));
	const port = await listening(server);
	const clients = {};
	for (const [way, read] of Object.entries(ways)) {
		const client = net.connect(port, '127.0.0.1');
		if (way !== 'none') client.on('error', () => {});
		await next(client, 'connect');
		void read(client);
		clients[way] = client;
	}

	const buffer = {buffer: Buffer.alloc(100), callback: () => true};
	clients.intoBuffer = net.connect({port, host: '127.0.0.1', onread: buffer});
	await until(() => Object.values(clients).every(client => client.bytesRead === 5));
	say('ready', Object.fromEntries(Object.entries(clients).map(([way, client]) => [way, describe(client)])));
	await untilLine();
	process.exit(0);
};

main();
