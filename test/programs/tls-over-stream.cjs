'use strict';
// A TLS client over a stream of the program's own, which passes everything on to a plain connection.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const {Duplex} = require('node:stream');
const tls = require('node:tls');
const {say, untilLine, listening, next, until, describe} = require('./helpers/facts.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));
const key = read('public-test-key.pem');
const cert = read('public-test-certificate.pem');

const main = async () => {
	const server = tls.createServer({key, cert});
	const port = await listening(server);
	const accepted = next(server, 'secureConnection');
	const client = net.connect(port, '127.0.0.1');
	const carrier = new Duplex({
		read() {},
		write: (bytes, _encoding, done) => client.write(bytes, done),
		final(done) {
			client.end();
			done();
		},
	});
	client.on('data', bytes => carrier.push(bytes));
	client.on('end', () => carrier.push(null));
	const secure = tls.connect({socket: carrier, servername: 'localhost', ca: cert});
	const [[serverSide]] = await Promise.all([accepted, next(secure, 'secureConnect')]);
	serverSide.pipe(serverSide);
	secure.write('hello');
	await next(secure, 'data');
	secure.resume();
	await until(() => serverSide.writableLength === 0);
	say('ready', {port, client: describe(client), server: describe(serverSide)});
	await untilLine();
	server.close();
	secure.end();
};

main();
