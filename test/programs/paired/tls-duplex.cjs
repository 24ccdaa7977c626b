'use strict';
// TLS over a stream that is no socket, both ways, without any address.
const {Duplex} = require('node:stream');
const tls = require('node:tls');
const {certified, next, note, textOf} = require('./sockets.cjs');

const twoEnds = () => {
	const make = () =>
		new Duplex({
			read() {},
			write(chunk, _encoding, callback) {
				setImmediate(() => this.other.push(chunk));
				callback();
			},
			final(callback) {
				setImmediate(() => this.other.push(null));
				callback();
			},
		});
	const [one, other] = [make(), make()];
	return [Object.assign(one, {other}), Object.assign(other, {other: one})];
};

const main = async () => {
	const {key, cert} = certified();
	const [near, far] = twoEnds();
	const server = new tls.TLSSocket(far, {isServer: true, key, cert});
	server.on('secure', () => {
		note('server', server.getProtocol(), server.remoteAddress);
		server.end('through a stream');
	});
	const client = tls.connect({socket: near, ca: cert, servername: 'localhost'});
	await next(client, 'secureConnect');
	note('client', client.authorized, client.remoteAddress, await textOf(client));
};
main();
