'use strict';
// A connection that the server resets after it has read 5 bytes; the client handles it.
const net = require('node:net');
const {say, listening, describe, pair, next} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	client.on('error', ({code, syscall}) => say('error', {code, syscall}));
	client.write('hello');
	await next(serverSide, 'data');
	say('before', {client: describe(client), server: describe(serverSide)});
	serverSide.resetAndDestroy();
	const [hadError] = await next(client, 'close');
	say('close', {hadError});
	server.close();
};

main();
