'use strict';
// The global WebSocket against a server of a few lines: events, a message, the end.
const {createHash} = require('node:crypto');
const http = require('node:http');
const {listening, note} = require('./sockets.cjs');

const main = async () => {
	const server = http.createServer().on('upgrade', (request, socket) => {
		const salted = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
		const accept = createHash('sha1').update(salted).digest('base64');
		socket.write(
			`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
		);
		socket.write(Buffer.from([0x81, 2, ...Buffer.from('hi')]));
		socket.once('data', bytes => {
			note('server', bytes.length, (bytes[0] & 0x0f) === 1);
			socket.end(Buffer.from([0x88, 2, 3, 232]));
		});
	});
	const web = new WebSocket(`ws://127.0.0.1:${await listening(server)}/`);
	for (const name of ['open', 'message', 'error', 'close']) {
		web.addEventListener(name, ({data, code, wasClean}) => note('client', name, data, code, wasClean));
	}

	web.addEventListener('message', () => web.send('hello'));
	await new Promise(resolve => web.addEventListener('close', resolve));
	note('client', web.readyState, Object.keys(web).length);
	server.close();
	server.closeAllConnections();
	const refused = new WebSocket('ws://127.0.0.1:2/');
	refused.addEventListener('error', ({message, error}) => note('refused', message, error?.message));
	await new Promise(resolve => refused.addEventListener('close', resolve));
};
main();
