'use strict';
// The handles that keep the process alive, at each moment of a connection.
const net = require('node:net');
const {listening, next, pair} = require('./sockets.cjs');

const look = when => {
	const handles = process._getActiveHandles().map(handle => handle.constructor.name);
	const requests = process._getActiveRequests().map(handle => handle.constructor.name);
	console.log(when, handles.sort(), requests.sort(), process.getActiveResourcesInfo().sort());
};

const main = async () => {
	look('start');
	const server = net.createServer();
	await listening(server);
	look('listening');
	const client = net.connect({host: 'localhost', family: 4, port: server.address().port});
	look('looks up');
	client.on('lookup', () => look('looked up'));
	const [[serverSide]] = await Promise.all([next(server, 'connection'), next(client, 'connect')]);
	look('connected');
	client.setTimeout(5000);
	look('with a timeout');
	client.destroy();
	serverSide.destroy();
	await Promise.all([next(client, 'close'), next(serverSide, 'close')]);
	look('closed');
	await pair(server).then(ends => ends.client.destroy());
	server.unref();
	look('unreferenced');
	server.close();
	await next(server, 'close');
	look('end');
	process.exit();
};
main();
