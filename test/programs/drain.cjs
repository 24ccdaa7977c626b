'use strict';
// write() returns false, and 'drain' comes only when the peer begins to read.
// Argument: how long the peer does not read, in milliseconds (2000).
const net = require('node:net');
const {say, untilLine, listening, next, describe, pair} = require('./helpers/facts.cjs');

const holdMs = Number(process.argv[2] ?? 2000);

const main = async () => {
	const server = net.createServer({pauseOnConnect: true});
	await listening(server);
	const {client, serverSide} = await pair(server);
	const returned = client.write(Buffer.alloc(16 * 1024 * 1024));
	const fullAt = performance.now();
	say('full', {returned, client: describe(client), server: describe(serverSide)});
	setTimeout(() => serverSide.resume(), holdMs);
	await next(client, 'drain');
	say('drain', {waitedMs: performance.now() - fullAt, client: describe(client)});
	await untilLine();
	server.close();
	client.end();
};

main();
