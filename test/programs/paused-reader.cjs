'use strict';
// A client that pauses after its first chunk: the rest waits in its JavaScript and in the kernel, until a line on standard input.
const net = require('node:net');
const {say, untilLine, listening, next, until, describe, pair} = require('./helpers/facts.cjs');

const total = 200_000;

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	client.once('data', () => client.pause());
	serverSide.write(Buffer.alloc(total));
	await until(() => client.isPaused() && client.readableLength >= client.readableHighWaterMark);
	say('paused', {total, client: describe(client), server: describe(serverSide)});
	await untilLine();
	client.resume();
	serverSide.end();
	server.close();
	await next(client, 'end');
	say('read', {bytesRead: client.bytesRead});
};

main();
