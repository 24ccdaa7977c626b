'use strict';
// Three connections that the kernel has completed and a blocked server thread has not accepted, until a line on standard input.
// Argument: how long the thread listens before it is blocked, in milliseconds (500).
const net = require('node:net');
const {blockedServer} = require('./helpers/blocked-server.cjs');
const {say, untilLine, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const {port, release, worker} = await blockedServer(
		{host: '127.0.0.1', backlog: 16},
		Number(process.argv[2] ?? 500),
	);
	const clients = [];
	for (let count = 0; count < 3; count++) {
		const client = net.connect(port, '127.0.0.1');
		await next(client, 'connect');
		clients.push(client);
	}
	say('queued', {port, backlog: 16, clients: clients.map(describe)});
	await untilLine();
	release();
	const texts = await Promise.all(clients.map(async client => String((await next(client, 'data'))[0])));
	say('accepted', {texts});
	for (const client of clients) client.destroy();
	await worker.terminate();
};

main();
