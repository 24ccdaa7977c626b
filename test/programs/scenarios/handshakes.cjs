'use strict';
// A TLS client, and a server of the kind of the argument: 'self-signed', 'plain' (no TLS), 'silent', 'closes'
// (at the client's first bytes), 'good'. They stay until a line on standard input or SIGTERM.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const {say, untilLine, listening} = require('../helpers/facts.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../../examples/support', name));
const key = read('public-test-key.pem');
const cert = read('public-test-certificate.pem');
const [kind = 'good'] = process.argv.slice(2);

const sockets = [];
const keep = socket => {
	sockets.push(socket);
	socket.on('error', () => {});
};
const servers = {
	good: () => tls.createServer({key, cert}, keep),
	'self-signed': () => tls.createServer({key, cert}, keep),
	plain: () => net.createServer(socket => keep(socket.once('data', () => socket.end('400 Bad Request\r\n')))),
	silent: () => net.createServer(keep),
	closes: () => net.createServer(socket => keep(socket.once('data', () => socket.destroy()))),
};

const main = async () => {
	const server = servers[kind]();
	const port = await listening(server);
	const trust = kind === 'good' ? {ca: cert, servername: 'localhost'} : {};
	const client = tls.connect({host: '127.0.0.1', port, ...trust}, () => say('secure'));
	client.on('error', ({code}) => say('error', {code}));
	await untilLine();
	server.close();
	for (const socket of [client, ...sockets]) socket.destroy();
};

main();
