'use strict';
// Replaces timers, clocks and more of what is global: only the program uses them from here on.
const fs = require('node:fs');
const net = require('node:net');
const util = require('node:util');
const {listening, next} = require('./sockets.cjs');

const {apply} = Reflect;
const {defineProperty} = Object;
const calls = {};
const count = (object, name) => {
	const original = object[name];
	const replaced = function (...values) {
		calls[name] = (calls[name] ?? 0) + 1;
		return apply(original, this, values);
	};
	defineProperty(object, name, {configurable: true, writable: true, value: replaced});
};

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	await listening(server);
	for (const name of ['setInterval', 'clearInterval', 'setTimeout', 'setImmediate', 'queueMicrotask']) {
		count(globalThis, name);
	}
	for (const name of ['hrtime', 'memoryUsage', 'uptime', 'nextTick', 'emitWarning', 'geteuid'])
		count(process, name);
	for (const name of ['writeSync', 'openSync', 'fstatSync', 'closeSync', 'readlinkSync']) count(fs, name);
	for (const name of ['now']) count(Date, name);
	for (const name of ['now']) count(performance, name);
	for (const name of ['isIP', 'connect']) count(net, name);
	for (const name of ['wait', 'notify']) count(Atomics, name);
	for (const name of ['inspect', 'format']) count(util, name);
	for (const name of ['apply', 'defineProperty', 'getPrototypeOf', 'getOwnPropertyDescriptor'])
		count(Reflect, name);
	for (const name of ['defineProperty', 'getOwnPropertySymbols', 'hasOwn']) count(Object, name);
	net.connect(server.address().port, '127.0.0.1').resume();
	const [socket] = await next(server, 'connection');
	await next(socket, 'close');
	setTimeout(() => {
		server.close();
		process.on('exit', () => console.log(JSON.stringify(calls)));
	}, 300);
};
main();
