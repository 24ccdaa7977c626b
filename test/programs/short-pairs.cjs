'use strict';
// Connections of a server to itself, of some bytes and a few milliseconds each; the program goes on. Arguments: how
// many (40), and which end is the first to close, client or server.
const net = require('node:net');
const {say, untilLine, listening, next} = require('./helpers/facts.cjs');

const [count = 40, first = 'client'] = process.argv.slice(2);

const main = async () => {
	const server = net.createServer(socket => {
		socket.once('data', () => {
			if (first === 'server') socket.end('hello');
			else socket.write('hello');
		});
	});
	const port = await listening(server);
	const clients = [];
	for (let index = 0; index < Number(count); index++) {
		const client = net.connect(port, '127.0.0.1', () => client.write('hi'));
		await next(client, 'data');
		clients.push({address: client.localAddress, port: client.localPort, family: 4});
		client.end();
		await next(client, 'close');
	}

	say('ended', {port, clients});
	await untilLine();
	server.close();
};

main();
