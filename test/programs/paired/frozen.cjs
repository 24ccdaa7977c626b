'use strict';
// Frozen prototypes, and sockets that take no new property.
const net = require('node:net');
const {listening, next} = require('./sockets.cjs');

// Standard streams are sockets, too, and are made when they are first used.
console.log('start', process.stderr.writable);
for (const object of [net.Socket.prototype, net.Server.prototype, Error, Error.prototype]) {
	Object.freeze(object);
}

const assign = (object, key, value) => {
	try {
		object[key] = value;
		console.log(key, Object.hasOwn(object, key));
	} catch (error) {
		console.log(key, error.name);
	}
};
assign(net.Socket.prototype, 'write', null);
assign(net.Socket.prototype, 'own', null);

assign(Object.preventExtensions(new net.Socket()), 'own', 1);
assign(Object.preventExtensions(net.createServer()), 'own', 1);

const main = async () => {
	const server = net.createServer(socket => {
		socket.end('bye').resume();
	});
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1');
	client.on('data', bytes => console.log(String(bytes)));
	await next(client, 'close');
	server.close();
};
main();
