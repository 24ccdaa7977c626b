'use strict';
// The store that each callback of a connection finds, and the id of the resource that it runs in.
const {AsyncLocalStorage, AsyncResource, executionAsyncResource} = require('node:async_hooks');
const http = require('node:http');
const net = require('node:net');
const {listening, note} = require('./sockets.cjs');

const storage = new AsyncLocalStorage();
const report = (actor, event) =>
	note(actor, event, storage.getStore(), executionAsyncResource().constructor.name);

const main = async () => {
	const server = net.createServer(socket => {
		report('accepted', 'connection');
		storage.run('of the accepted', () => socket.once('data', () => report('accepted', 'data')));
		socket.on('close', () => report('accepted', 'close')).pipe(socket);
	});
	await storage.run('of the server', () => listening(server));
	storage.run('of the client', async () => {
		const client = net.connect({host: 'localhost', family: 4, port: server.address().port});
		for (const event of ['lookup', 'connect', 'ready', 'data', 'end', 'close']) {
			client.on(event, () => report('client', event));
		}

		client.on(
			'data',
			AsyncResource.bind(() => report('client', 'bound data')),
		);
		client.write('hello', () => report('client', 'written'));
		client.on('data', () => client.end());
		client.on('close', () => server.close());
	});
	const web = http.createServer((_request, response) => {
		report('web', 'request');
		response.end();
	});
	const port = await listening(web);
	storage.run('of the request', () => {
		http.get({port, host: '127.0.0.1', agent: false}, response => {
			report('request', 'response');
			response.resume().on('close', () => web.close());
		});
	});
};
main();
