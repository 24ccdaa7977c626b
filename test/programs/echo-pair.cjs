'use strict';
// A server and its clients in one process; each client has sent 5 bytes and got them back.
// Argument: how many connections (1).
const net = require('node:net');
const {say, untilLine, listening, next, describe, describeListener, pair} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.pipe(socket));
	const port = await listening(server);
	const pairs = [];
	for (let count = Number(process.argv[2] ?? 1); count > 0; count--) {
		const {client, serverSide} = await pair(server);
		client.write('hello');
		await next(client, 'data');
		client.resume();
		pairs.push({client, serverSide});
	}
	say('ready', {
		pid: process.pid,
		port,
		listener: describeListener(server),
		pairs: pairs.map(({client, serverSide}) => ({client: describe(client), server: describe(serverSide)})),
	});
	await untilLine();
	server.close();
	for (const {client} of pairs) client.end();
};

main();
