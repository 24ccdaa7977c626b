'use strict';
// Seven clients of one server. At a line on standard input, four of them end in good order and are in TIME-WAIT;
// the others stay.
const net = require('node:net');
const {say, untilLine, listening, next} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer({allowHalfOpen: false}, socket => socket.resume());
	const port = await listening(server);
	const clients = [];
	for (let count = 0; count < 7; count++) {
		const client = net.connect(port, '127.0.0.1').resume();
		await next(client, 'connect');
		clients.push(client);
	}
	say('ready', {port, ports: clients.map(({localPort}) => localPort)});
	await untilLine();
	await Promise.all(clients.splice(0, 4).map(client => next(client.end(), 'close')));
	say('ended', {clients: clients.length});
};

main();
