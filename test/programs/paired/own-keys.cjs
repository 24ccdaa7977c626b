'use strict';
// The own keys, listeners and flags of sockets, servers, messages and the process, with a connection of each kind.
const dgram = require('node:dgram');
const http = require('node:http');
const net = require('node:net');
const tls = require('node:tls');
const {certified, listening, next, pair} = require('./sockets.cjs');

const look = (name, thing) => {
	const keys = Reflect.ownKeys(thing).map(key => {
		const {value, ...flags} = Object.getOwnPropertyDescriptor(thing, key);
		return `${String(key)}:${Object.values(flags).map(Number).join('')}`;
	});
	console.log(name, thing.constructor.name, keys.join(' '));
	const heard = thing.eventNames?.().map(event => `${String(event)} ${thing.listenerCount(event)}`);
	console.log(name, 'hears', heard?.join(', '));
	const enumerated = [];
	for (const key in thing) enumerated.push(key);
	console.log(name, 'enumerates', enumerated.sort().join(' '), Object.isExtensible(thing));
};

const main = async () => {
	const plain = net.createServer();
	await listening(plain);
	const {client, serverSide} = await pair(plain);
	look('server', plain);
	look('client', client);
	look('accepted', serverSide);
	look('unused', new net.Socket());
	client.destroy();
	await next(client, 'close');
	look('closed', client);
	serverSide.destroy();
	plain.close();
	await next(plain, 'close');
	look('closed server', plain);

	const secure = tls.createServer(certified());
	const port = await listening(secure);
	const accepted = next(secure, 'secureConnection');
	const safe = tls.connect({host: '127.0.0.1', port, rejectUnauthorized: false});
	await next(safe, 'secureConnect');
	const [secureSide] = await accepted;
	look('tls server', secure);
	look('tls client', safe);
	look('tls accepted', secureSide);
	safe.destroy();
	secureSide.destroy();
	secure.close();

	const web = http.createServer((request, response) => {
		look('request', request);
		look('response', response);
		look('its socket', request.socket);
		response.end();
	});
	const asked = http.get({host: '127.0.0.1', port: await listening(web), agent: false});
	const [incoming] = await next(asked, 'response');
	look('http server', web);
	look('asked', asked);
	look('incoming', incoming);
	incoming.resume();
	await next(incoming, 'close');
	web.close();

	const datagrams = dgram.createSocket('udp4').bind(0, '127.0.0.1');
	await next(datagrams, 'listening');
	look('udp', datagrams);
	datagrams.close();
};
main();
