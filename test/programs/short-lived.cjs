'use strict';
// An HTTP server and connections of one request each, which are over before a kernel snapshot.
// Argument: how many (40).
const http = require('node:http');
const net = require('node:net');
const {say, listening} = require('./helpers/facts.cjs');

const count = Number(process.argv[2] ?? 40);

const request = (port, path) =>
	new Promise((resolve, reject) => {
		const client = net.connect(port, '127.0.0.1', () =>
			client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
		);
		client.on('error', reject).resume();
		client.once('close', () => resolve(client));
	});

const main = async () => {
	const peers = [];
	const server = http.createServer(({url, socket}, response) => {
		peers.push({path: url.split('?')[0], port: socket.remotePort});
		response.statusCode = 202;
		response.end('done');
	});
	const port = await listening(server);
	await Promise.all(
		Array.from({length: count}, (_, index) => request(port, `/item/${index}?secret=${index}`)),
	);
	say('served', {port, peers});
	server.close();
};

main();
