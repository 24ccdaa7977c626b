'use strict';
// The client has ended, the server goes on until a line on standard input.
const net = require('node:net');
const {say, untilLine, listening, next, describe, pair} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer({allowHalfOpen: true});
	await listening(server);
	const {client, serverSide} = await pair(server, {allowHalfOpen: true});
	serverSide.resume();
	client.resume();
	client.end('bye');
	await Promise.all([next(serverSide, 'end'), next(client, 'finish')]);
	say('half-open', {client: describe(client), server: describe(serverSide)});
	await untilLine();
	serverSide.end();
	server.close();
};

main();
