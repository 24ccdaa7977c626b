'use strict';
// `emit` as an own property of one socket and one server: assigned, defined, deleted, compared.
const {EventEmitter} = require('node:events');
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const wrap = (thing, actor) => {
	const {emit} = thing;
	note(actor, emit === EventEmitter.prototype.emit, Object.hasOwn(thing, 'emit'), 'emit' in thing);
	thing.emit = function (name, ...values) {
		note(actor, String(name), this === thing);
		return emit.call(this, name, ...values);
	};
	const {enumerable, writable, configurable} = Object.getOwnPropertyDescriptor(thing, 'emit');
	note(actor, enumerable, writable, configurable, Object.keys(thing).includes('emit'));
};

const main = async () => {
	const server = net.createServer(socket => {
		wrap(socket, 'accepted');
		socket.end('bye').resume();
	});
	wrap(server, 'server');
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1');
	wrap(client, 'client');
	await next(client, 'connect');
	note(
		'client',
		delete client.emit,
		Object.hasOwn(client, 'emit'),
		client.emit === EventEmitter.prototype.emit,
	);
	client.resume();
	await next(client, 'close');
	server.close();
};
main();
