'use strict';
// A client sends two requests at once; the server answers the first and leaves the second.
const http = require('node:http');
const net = require('node:net');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	let serverSide;
	const server = http.createServer((request, response) => {
		serverSide = request.socket;
		if (request.url === '/first') setTimeout(() => response.end('done\n'), 50);
	});
	const port = await listening(server);
	const client = net.connect(port, '127.0.0.1');
	client.write('GET /first HTTP/1.1\r\nhost: x\r\n\r\nGET /second HTTP/1.1\r\nhost: x\r\n\r\n');
	await next(client, 'data');
	client.resume();
	say('ready', {client: describe(client), server: describe(serverSide)});
	await untilLine();
	client.destroy();
	server.close();
};

main();
