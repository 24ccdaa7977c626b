'use strict';
// 20,000 small writes in one turn, on a connection whose peer does not read until a line on standard input.
const net = require('node:net');
const {say, untilLine, listening, next, describe, pair} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer({pauseOnConnect: true});
	await listening(server);
	const {client, serverSide} = await pair(server);
	const chunk = Buffer.alloc(1000);
	let refused = 0;
	for (let count = 0; count < 20_000; count++) if (!client.write(chunk)) refused++;
	say('queued', {
		writes: 20_000,
		bytes: 20_000_000,
		refused,
		client: describe(client),
		server: describe(serverSide),
	});
	await untilLine();
	serverSide.resume();
	client.end();
	server.close();
	await next(serverSide, 'end');
	say('read', {bytesRead: serverSide.bytesRead});
};

main();
