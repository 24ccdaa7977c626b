'use strict';
// A class of sockets by util.inherits() and by Object.setPrototypeOf, and mixins of methods.
const net = require('node:net');
const util = require('node:util');
const {listening, next, note} = require('./sockets.cjs');

function Old(options) {
	if (!(this instanceof Old)) return new Old(options);
	net.Socket.call(this, options);
	this.on('end', () => note('old', 'end'));
}
util.inherits(Old, net.Socket);
Old.prototype.emit = function (...values) {
	note('old', 'emit', String(values[0]));
	return Old.super_.prototype.emit.apply(this, values);
};

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	await listening(server);
	const client = new Old();
	client.connect(server.address().port, '127.0.0.1').resume();
	await next(client, 'close');
	const mixed = Object.setPrototypeOf(
		new net.Socket(),
		Object.create(net.Socket.prototype, {own: {value: 'mixed'}}),
	);
	mixed.connect(server.address().port, '127.0.0.1').resume();
	await next(mixed, 'close');
	console.log(mixed.own, client.constructor.name, Object.keys(Old.prototype));
	server.close();
};
main();
