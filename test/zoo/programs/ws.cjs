'use strict';
const {once} = require('node:events');
const {WebSocket} = require('ws');
const {hold} = require('./hold.cjs');

/** The server's own protocol goes over the WebSocket: a line a message. */
(async () => {
	const socket = new WebSocket(`ws://127.0.0.1:${process.env.NATS_WEBSOCKET_PORT}`);
	const [info] = await once(socket, 'message');
	console.log('info', String(info).slice(0, 4));
	const lines = [];
	const two = new Promise(resolve =>
		socket.on('message', data => {
			lines.push(...String(data).trim().split('\r\n'));
			if (lines.includes('PONG')) resolve();
		}),
	);
	socket.send('CONNECT {"verbose":false}\r\nSUB news 1\r\nPUB news 5\r\nhello\r\nPING\r\n');
	await two;
	console.log('lines', lines);
	await hold();
	socket.close(1000);
	const [code] = await once(socket, 'close');
	console.log('closed', code);
})();
