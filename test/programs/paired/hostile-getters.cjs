'use strict';
// Sockets whose properties throw when they are read, or answer with nonsense.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const refuse = (object, ...keys) => {
	for (const key of keys) {
		Object.defineProperty(object, key, {
			configurable: true,
			get() {
				throw new Error(`${key} is not to be read`);
			},
		});
	}
};

const main = async () => {
	const server = net.createServer(socket => {
		refuse(socket, 'bytesRead', 'bytesWritten', 'remoteAddress', 'localPort', 'encrypted', 'authorized');
		socket.end('bye').resume();
	});
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1');
	refuse(client, '_httpMessage', 'remoteAddress', 'address', 'servername', 'alpnProtocol');
	client.constructor = null;
	client.eventNames = client.listenerCount = client.listeners = () => 'nonsense';
	client.on('data', bytes => note('client', String(bytes)));
	client.on('close', failed => note('client', 'close', failed));
	await next(client, 'close');
	server.close();
};
main();
