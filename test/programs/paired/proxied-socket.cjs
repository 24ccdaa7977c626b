'use strict';
// A socket behind a Proxy that prints each access: only the program itself makes any.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	await listening(server);
	const socket = net.connect(server.address().port, '127.0.0.1');
	const proxy = new Proxy(socket, {
		get(target, key, receiver) {
			note('proxy', 'get', String(key));
			const value = Reflect.get(target, key, key === 'emit' ? receiver : target);
			return typeof value === 'function' ? value.bind(target) : value;
		},
		set(target, key, value) {
			note('proxy', 'set', String(key));
			return Reflect.set(target, key, value);
		},
	});
	await next(socket, 'connect');
	proxy.on('own', () => note('proxy', 'own'));
	proxy.emit('own');
	proxy.colour = 'red';
	proxy.resume();
	proxy.end('hello');
	await next(socket, 'close');
	note('proxy', socket.destroyed, socket.colour);
	server.close();
};
main();
