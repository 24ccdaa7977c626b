'use strict';
// Async listeners that reject, with events.captureRejections.
const events = require('node:events');
const http = require('node:http');
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

events.captureRejections = true;

const main = async () => {
	const server = net.createServer({captureRejections: true}, async socket => {
		socket.on('error', error => note('accepted', error.message));
		socket.on('data', async () => {
			throw new Error('rejected in a data listener');
		});
	});
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1').on('error', () => {});
	client.write('hello');
	await next(client.resume(), 'close');
	server.close();
	const web = http.createServer({captureRejections: true}, async () => {
		throw new Error('rejected in a request listener');
	});
	const port = await listening(web);
	http.get({port, host: '127.0.0.1', agent: false}, response => {
		note('request', response.statusCode);
		response.resume().on('close', () => web.close());
	});
};
main();
