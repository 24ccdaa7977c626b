'use strict';
// Ends by process.exit() while connections are open. Argument: `leaks`, three that were not ended; `pools`, one that rests
// in an agent's pool, one that may not keep the process alive, and the server's ends of both.
const net = require('node:net');
const http = require('node:http');
const {say, listening, next} = require('../helpers/facts.cjs');

const leaks = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).resume());
	const port = await listening(server);
	const ports = [];
	const open = async () => {
		const client = net.connect(port, '127.0.0.1');
		await next(client, 'connect');
		ports.push(client.localPort);
	};
	for (let count = 0; count < 3; count++) await open();
	say('leaving', {port, ports});
};

const pools = async () => {
	const server = http.createServer((_request, response) => response.end('done\n'));
	const port = await listening(server);
	const agent = new http.Agent({keepAlive: true});
	await new Promise(resolve => {
		http.get({host: '127.0.0.1', port, agent}, response => response.resume().on('end', resolve));
	});
	const spare = net.connect(port, '127.0.0.1');
	await next(spare, 'connect');
	spare.unref();
	say('leaving', {port});
};

const main = async () => {
	await (process.argv[2] === 'leaks' ? leaks() : pools());
	setTimeout(() => process.exit(0), 1500);
};

main();
