'use strict';
// Binds addresses that it cannot have, and stays. The first argument is the case:
// `listen ADDRESS PORT`, `udp ADDRESS PORT`, `unix PATH` (twice: the second is refused), `client ADDRESS` (no such one),
// `same-port` (a client asks for a listener's port), `same-way` (the same connection twice), `nobody PORT` (not as root),
// `shares` (listeners that are not in each other's way).
const dgram = require('node:dgram');
const net = require('node:net');
const {listening, next, say} = require('../helpers/facts.cjs');

const [kind, ...rest] = process.argv.slice(2);
const failed = ({code, syscall}) => say('failed', {code, syscall});
const listen = (...where) =>
	net
		.createServer()
		.on('error', failed)
		.listen(...where);
const connect = options => net.connect(options).on('error', failed);

const kinds = {
	listen: (address, port) => listen(Number(port), address),
	udp: (address, port) => dgram.createSocket('udp4').on('error', failed).bind(Number(port), address),
	async unix(path) {
		await next(listen(path), 'listening');
		listen(path);
	},
	client: address => connect({host: '127.0.0.1', port: 9, localAddress: address}),
	async 'same-port'() {
		const port = await listening(net.createServer());
		connect({host: '127.0.0.1', port, localPort: port, localAddress: '127.0.0.1'});
	},
	async 'same-way'() {
		const server = net.createServer(socket => socket.on('error', () => {}));
		const port = await listening(server);
		const again = async () => {
			const first = connect({host: '127.0.0.1', port});
			await next(first, 'connect');
			const localPort = first.localPort;
			first.resetAndDestroy();
			await next(first, 'close');
			const second = net.connect({host: '127.0.0.1', port, localPort});
			second.on('connect', () => connect({host: '127.0.0.1', port, localPort}));
			// Another process may have bound that port meanwhile.
			second.on('error', again);
		};
		await again();
	},
	nobody(port) {
		process.setuid(65_534);
		listen(Number(port), '127.0.0.1');
	},
	async shares() {
		const port = await listening(net.createServer(), {host: '127.0.0.1'});
		await listening(net.createServer(), {host: '127.0.0.2', port});
		const client = connect({host: '127.0.0.1', port, localAddress: '127.0.0.3'});
		await next(client, 'connect');
		say('shared', {port});
	},
};
kinds[kind](...rest);

setTimeout(() => {}, 2 ** 30);
