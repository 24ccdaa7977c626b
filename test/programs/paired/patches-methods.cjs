'use strict';
// Patches the methods of all sockets, as tools for tracing do, and puts them back.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const names = [
	'connect',
	'write',
	'end',
	'_destroy',
	'emit',
	'setTimeout',
	'_read',
	'pause',
	'resume',
	'destroy',
];
const {prototype} = net.Socket;
const originals = names.map(name => [name, prototype[name]]);
for (const [name, original] of originals) {
	prototype[name] = function (...values) {
		const event = name === 'emit' ? ` ${String(values[0])}` : '';
		note(this.actor ?? (this._server ? 'accepted' : 'client'), `${name}${event}/${values.length}`);
		return original.apply(this, values);
	};
}

const main = async () => {
	const server = net.createServer(socket => socket.once('data', () => socket.end('bye')));
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1');
	client.write('hello');
	client.resume();
	await next(client, 'close');
	for (const [name, original] of originals) {
		prototype[name] = original;
		console.log(name, prototype[name] === original, new net.Socket()[name] === original);
	}

	const again = net.connect(server.address().port, '127.0.0.1');
	again.end('hello').resume();
	await next(again, 'close');
	server.close();
};
main();
