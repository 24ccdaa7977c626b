'use strict';
// The call sites that an Error.prepareStackTrace gets in each listener: functions and files, without their lines.
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const {listening, next, note} = require('./sockets.cjs');

Error.stackTraceLimit = 50;
Error.prepareStackTrace = (_error, sites) =>
	sites
		.map(
			site => `${site.getTypeName()}.${site.getFunctionName()}@${path.basename(String(site.getFileName()))}`,
		)
		.join(' < ');
const report = (actor, event) => note(actor, event, new Error('here').stack, '\n');

const main = async () => {
	const server = net.createServer(socket => {
		report('accepted', 'connection');
		for (const event of ['data', 'end', 'finish', 'close']) socket.on(event, () => report('accepted', event));
		socket.once('data', () => socket.end('bye'));
	});
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1');
	for (const event of ['connect', 'ready', 'data', 'close']) client.on(event, () => report('client', event));
	client.write('hello');
	await next(client, 'close');
	server.close(() => report('server', 'close'));
	const web = http.createServer((_request, response) => {
		report('web', 'request');
		response.end('hello');
	});
	const port = await listening(web);
	http.get({port, host: '127.0.0.1', agent: false}, response => {
		report('request', 'response');
		response.on('data', () => report('request', 'data')).on('close', () => web.close());
	});
};
main();
