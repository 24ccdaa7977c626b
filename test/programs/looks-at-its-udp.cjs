'use strict';
// Prints what a program can see of its UDP sockets; the sockets live and fail in each of the ways there are.
const dgram = require('node:dgram');

const seen = {};
const next = (emitter, name) => new Promise(resolve => emitter.once(name, (...values) => resolve(values)));

const look = (name, socket) => {
	const enumerated = [];
	for (const key in socket) enumerated.push(key);
	seen[name] = {
		keys: Reflect.ownKeys(socket).map(String),
		enumerated: enumerated.sort(),
		events: socket.eventNames().map(String),
		emit: [socket.emit.name, socket.emit.length, 'emit' in socket, Object.hasOwn(socket, 'emit')],
	};
};

const main = async () => {
	const bound = dgram.createSocket('udp4', () => {
		seen.inMessage = new Error('in a message listener').stack;
	});
	look('fresh', bound);
	bound.on('listening', () => {
		seen.inListening = new Error('in a listening listener').stack;
	});
	bound.bind(0, '127.0.0.1');
	await next(bound, 'listening');
	const {port} = bound.address();
	look('bound', bound);

	const taken = dgram.createSocket('udp4').bind(port, '127.0.0.1');
	const [error] = await next(taken, 'error');
	seen.taken = error.stack;

	const sender = dgram.createSocket('udp4');
	sender.on('error', ({message}) => {
		seen.refused = message;
	});
	sender.connect(port, '127.0.0.1', () => {
		seen.inConnect = new Error('in a connect listener').stack;
	});
	await next(sender, 'connect');
	sender.send('hello');
	await next(bound, 'message');
	bound.close(() => {
		seen.inClose = new Error('in a close listener').stack;
	});
	await next(bound, 'close');
	sender.send('unread');
	await next(sender, 'error');
	look('failed', sender);
	sender.emit = function emit(...values) {
		seen.own = values;
		return dgram.Socket.prototype.emit.apply(this, values);
	};
	sender.close();
	await next(sender, 'close');
	try {
		sender.close();
	} catch (twice) {
		seen.twice = twice.stack;
	}

	taken.close();
	await next(taken, 'close');
	seen.prototype = Object.keys(dgram.Socket.prototype).filter(key => key !== 'emit');
	console.log(JSON.stringify(seen, null, '\t').replaceAll(String(port), 'PORT'));
	// A socket that is left open, and one that was never bound: only the former keeps the process alive.
	dgram.createSocket('udp4');
	dgram.createSocket('udp4').bind(0, '127.0.0.1').unref();
};

main();
