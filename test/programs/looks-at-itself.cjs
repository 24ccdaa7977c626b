'use strict';
// Prints what an observer must not change: the listeners of sockets and servers, the own keys of a socket and of the
// prototypes, the names and lengths of methods, the stack of an error, the active resources.
const net = require('node:net');
const tls = require('node:tls');

const methods = prototype =>
	Object.entries(Object.getOwnPropertyDescriptors(prototype))
		.filter(([, {value}]) => typeof value === 'function')
		.map(
			([name, {value, enumerable}]) => `${name}:${value.name}/${value.length}${enumerable ? '' : ' hidden'}`,
		);

const looks = thing => ({
	keys: Object.keys(thing),
	symbols: Object.getOwnPropertySymbols(thing).map(String).sort(),
	listeners: thing.eventNames().map(name => `${String(name)} ${thing.listenerCount(name)}`),
});

const server = net.createServer();
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.once('connect', () => {
		const enumerated = [];
		for (const name in client) enumerated.push(name);
		const seen = {
			socketMethods: methods(net.Socket.prototype),
			serverMethods: methods(net.Server.prototype),
			tlsMethods: methods(tls.TLSSocket.prototype),
			exports: methods(net),
			client: looks(client),
			server: looks(server),
			enumerated,
			stack: new Error('where am I').stack.split('\n'),
			resources: process.getActiveResourcesInfo().sort(),
			warnings: process.listenerCount('warning'),
		};
		console.log(JSON.stringify(seen, null, 1));
		client.destroy();
		server.close();
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
