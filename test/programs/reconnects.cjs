'use strict';
// One socket object, of a class of its own, connects twice: the first connection is over before the second begins.
const net = require('node:net');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

class Patient extends net.Socket {}

const main = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).pipe(socket));
	const port = await listening(server);
	const client = new Patient();
	const talk = async text => {
		client.connect(port, '127.0.0.1');
		await next(client, 'connect');
		client.write(text);
		await next(client, 'data');
		return describe(client);
	};
	const first = await talk('hello');
	client.destroy();
	await next(client, 'close');
	const second = await talk('again!');
	say('ready', {first, second});
	await untilLine();
	server.close();
	client.end();
};

main();
