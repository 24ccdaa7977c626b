'use strict';
// A server's limits and its end: dropped connections, counts, close() that waits, closeIdleConnections.
const http = require('node:http');
const net = require('node:net');
const {listening, next, note, pair} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer({highWaterMark: 1000});
	server.maxConnections = 1;
	await listening(server);
	server.on('drop', data => note('server', 'drop', Object.keys(data ?? {})));
	const {client, serverSide} = await pair(server);
	note('server', serverSide.writableHighWaterMark, server.connections, server.listening);
	const dropped = net.connect(server.address().port, '127.0.0.1').resume();
	dropped.on('error', () => {});
	await next(dropped, 'close');
	await new Promise(resolve => server.getConnections((...values) => resolve(note('server', ...values))));
	server.close(error => note('server', 'closed', error));
	server.close(error => note('server', 'closed again', error?.code));
	setTimeout(() => client.destroy(), 50);
	await next(server, 'close');
	serverSide.destroy();

	const web = http.createServer((_request, response) => response.end('hello'));
	const port = await listening(web);
	const agent = new http.Agent({keepAlive: true});
	const request = http.get({port, host: '127.0.0.1', agent});
	const [response] = await next(request, 'response');
	const {socket} = request;
	await next(response.resume(), 'end');
	web.close(() => note('web', 'closed'));
	web.closeIdleConnections();
	await next(socket, 'close');
	agent.destroy();
	if (typeof web[Symbol.asyncDispose] === 'function')
		await web[Symbol.asyncDispose]().catch(({code}) => note('web', code));
};
main();
