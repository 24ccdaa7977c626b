'use strict';
// A TLS server and its client in one process; the client has sent 5 bytes and got them back.
// With the argument `held`, the server begins the handshake at the first line on standard input.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const {say, untilLine, listening, next, until, describe} = require('./helpers/facts.cjs');

const begun = process.argv[2] === 'held' ? untilLine({more: true}) : Promise.resolve();
const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));
const key = read('public-test-key.pem');
const cert = read('public-test-certificate.pem');

const main = async () => {
	const secure = tls.createServer({key, cert});
	const server = net.createServer({pauseOnConnect: true}, socket => {
		begun.then(() => secure.emit('connection', socket));
	});
	const port = await listening(server);
	const accepted = next(secure, 'secureConnection');
	const client = tls.connect({host: '127.0.0.1', port, servername: 'localhost', ca: cert});
	await next(client, 'connect');
	say('handshake', {client: describe(client)});
	const [[serverSide]] = await Promise.all([accepted, next(client, 'secureConnect')]);
	serverSide.pipe(serverSide);
	client.write('hello');
	await next(client, 'data');
	client.resume();
	await until(() => serverSide.writableLength === 0);
	say('ready', {
		port,
		protocol: client.getProtocol(),
		authorized: client.authorized,
		client: describe(client),
		server: describe(serverSide),
	});
	await untilLine();
	server.close();
	client.end();
};

main();
