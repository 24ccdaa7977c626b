'use strict';
// The client destroys its socket; the server sees the end and keeps its side open until a line on standard input: the client's
// side is in FIN-WAIT-2 in the kernel, without any object of JavaScript.
const net = require('node:net');
const {say, untilLine, listening, next, describe, pair} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer({allowHalfOpen: true});
	await listening(server);
	const {client, serverSide} = await pair(server);
	serverSide.resume();
	const before = describe(client);
	client.destroy();
	await Promise.all([next(serverSide, 'end'), next(client, 'close')]);
	say('lingering', {client: before, server: describe(serverSide)});
	await untilLine();
	serverSide.end();
	server.close();
};

main();
