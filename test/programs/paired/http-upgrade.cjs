'use strict';
// Upgrades and CONNECT tunnels: the socket leaves HTTP, with what came too early.
const http = require('node:http');
const net = require('node:net');
const {listening, next, note, textOf} = require('./sockets.cjs');

const main = async () => {
	const server = http.createServer();
	server.on('upgrade', (request, socket, head) => {
		note('server', 'upgrade', request.headers.upgrade, head.length, socket.listenerCount('error'));
		socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\nnow raw');
	});
	server.on('connect', (request, socket) => {
		note('server', 'connect', request.method);
		const beyond = net.connect(Number(request.url.split(':')[1]), '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			beyond.pipe(socket).pipe(beyond);
		});
	});
	const port = await listening(server);
	const headers = {connection: 'Upgrade', upgrade: 'own'};
	const upgrading = http.get({port, host: '127.0.0.1', headers, agent: false});
	const [response, socket, head] = await next(upgrading, 'upgrade');
	note('client', response.statusCode, String(head) + (await textOf(socket)));

	const echo = net.createServer(own => own.pipe(own));
	const path = `127.0.0.1:${await listening(echo)}`;
	const tunnelling = http.request({port, host: '127.0.0.1', method: 'CONNECT', path, agent: false}).end();
	const [, tunnel] = await next(tunnelling, 'connect');
	tunnel.end('through the tunnel');
	note('client', await textOf(tunnel), tunnel.listenerCount('error'));
	echo.close();
	server.close();
};
main();
