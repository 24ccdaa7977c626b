'use strict';
// A listener and a client received as descriptors 3 and 4; the client has sent 5 bytes and got them back.
const net = require('node:net');
const {say, untilLine, next, describe, describeListener} = require('../helpers/facts.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.pipe(socket));
	const accepted = next(server, 'connection');
	server.listen({fd: 3});
	const client = new net.Socket({fd: 4});
	client.write('hello');
	await next(client, 'data');
	client.resume();
	const [serverSide] = await accepted;
	const ends = {client: describe(client), server: describe(serverSide)};
	say('ready', {pid: process.pid, listener: describeListener(server), ...ends});
	await untilLine();
	server.close();
	client.end();
};

main();
