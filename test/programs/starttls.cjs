'use strict';
// TLS begins on a connection that has spoken plain text before, as in mail: both sides wrap their socket.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const {say, untilLine, listening, next, until, describe} = require('./helpers/facts.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));
const key = read('public-test-key.pem');
const cert = read('public-test-certificate.pem');

const main = async () => {
	let secureServer;
	const server = net.createServer(socket => {
		socket.once('data', () => {
			socket.write('go ahead');
			secureServer = new tls.TLSSocket(socket, {isServer: true, key, cert});
			secureServer.on('data', bytes => secureServer.write(bytes));
		});
	});
	const port = await listening(server);
	const plain = net.connect(port, '127.0.0.1');
	plain.write('STARTTLS');
	await next(plain, 'data');
	const client = tls.connect({socket: plain, servername: 'localhost', ca: cert});
	await next(client, 'secureConnect');
	client.write('hello');
	await next(client, 'data');
	client.resume();
	await until(() => secureServer.writableLength === 0);
	say('ready', {port, client: describe(client), server: describe(secureServer)});
	await untilLine();
	server.close();
	client.end();
};

main();
