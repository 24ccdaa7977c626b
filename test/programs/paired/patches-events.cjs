'use strict';
// Replaces EventEmitter.prototype.emit after the start, as some tools for tracing do: sockets and servers follow.
const {EventEmitter} = require('node:events');
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const {emit} = EventEmitter.prototype;
EventEmitter.prototype.emit = function (name, ...values) {
	if (this instanceof net.Socket || this instanceof net.Server) {
		note(this instanceof net.Server ? 'server' : this._server ? 'accepted' : 'client', String(name));
	}

	return emit.call(this, name, ...values);
};

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	await listening(server);
	const client = net.connect({host: 'localhost', family: 4, port: server.address().port});
	client.resume().end();
	await next(client, 'close');
	server.close();
};
main();
