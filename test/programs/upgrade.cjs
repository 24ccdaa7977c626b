'use strict';
// A request that leaves HTTP: the server upgrades to "websocket", and both sides send one word.
const http = require('node:http');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const server = http.createServer();
	const upgraded = next(server, 'upgrade');
	const port = await listening(server);
	const request = http.get({
		host: '127.0.0.1',
		port,
		path: '/chat?token=secret',
		headers: {connection: 'Upgrade', upgrade: 'WebSocket'},
	});
	const switched = next(request, 'upgrade');
	const [, serverSide] = await upgraded;
	serverSide.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
	const [, client] = await switched;
	client.write('hello');
	await next(serverSide, 'data');
	serverSide.resume();
	client.resume();
	say('ready', {port, client: describe(client), server: describe(serverSide)});
	await untilLine();
	client.destroy();
	serverSide.destroy();
	server.close();
};

main();
