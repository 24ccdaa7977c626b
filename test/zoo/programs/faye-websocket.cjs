'use strict';
const {once} = require('node:events');
const {Client} = require('faye-websocket');
const {hold} = require('./hold.cjs');

(async () => {
	const socket = new Client(`ws://127.0.0.1:${process.env.NATS_WEBSOCKET_PORT}`);
	const [{data}] = await once(socket, 'message');
	console.log('info', String(data).slice(0, 4));
	const answer = once(socket, 'message');
	socket.send('CONNECT {"verbose":false}\r\nPING\r\n');
	console.log('answer', String((await answer)[0].data).trim());
	await hold();
	socket.close(1000);
	const [{code}] = await once(socket, 'close');
	console.log('closed', code);
})();
