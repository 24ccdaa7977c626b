'use strict';
// Requests that end within a few milliseconds, each on a connection of its own: the answer is complete, is cut off, is no
// HTTP, never comes as the connection is ended or reset, or the client destroys the request.
const http = require('node:http');
const net = require('node:net');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const answers = {
	'/complete': socket => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'),
	'/cut-off': socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\nok'),
	'/no-http': socket => socket.write('HTTP/9 nonsense\r\n\r\n'),
	'/ended': socket => socket.end(),
	'/reset': socket => socket.resetAndDestroy(),
	'/destroyed': (_socket, request) => request.destroy(),
};

const main = async () => {
	let request;
	const server = net.createServer(socket => {
		socket.on('error', () => {});
		socket.on('data', data => answers[String(data).split(' ')[1]](socket, request));
	});
	const port = await listening(server);
	const clients = {};
	for (const path of Object.keys(answers)) {
		request = http.get({port, host: '127.0.0.1', path, agent: false}, response => {
			response.on('error', () => {}).resume();
		});
		request.on('error', () => {});
		request.on('socket', socket => socket.once('connect', () => (clients[path] = describe(socket))));
		await next(request, 'close');
	}

	say('ready', {clients});
	await untilLine();
	server.close();
};

main();
