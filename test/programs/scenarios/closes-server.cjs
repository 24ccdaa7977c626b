'use strict';
// A server that closes on demand. Argument: `waits`, two clients stay; `session`, an HTTP/2 session stays at rest;
// `ends`, it is an HTTP server with a
// client of its own whose connections are ended with it.
const fs = require('node:fs');
const net = require('node:net');
const http = require('node:http');
const http2 = require('node:http2');
const path = require('node:path');
const {say, listening, next} = require('../helpers/facts.cjs');

/** Without process.stdin, which cannot be read again once it has ended. */
const readLine = () => new Promise(resolve => fs.read(0, Buffer.alloc(64), 0, 64, null, resolve));

const waits = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).resume());
	const port = await listening(server);
	const clients = [];
	for (let count = 0; count < 2; count++) {
		const client = net.connect(port, '127.0.0.1');
		client.write('hello');
		await next(client, 'connect');
		clients.push(client);
	}

	server.close(() => say('closed'));
	say('closing', {port, ports: clients.map(({localPort}) => localPort)});
	await readLine();
	for (const client of clients) client.destroy();
	await readLine();
};

const session = async () => {
	const server = http2.createSecureServer(
		{key: read('key'), cert: read('certificate')},
		(_request, response) => response.end('done\n'),
	);
	const port = await listening(server);
	const client = http2.connect(`https://127.0.0.1:${port}`, {rejectUnauthorized: false});
	const stream = client.request({':path': '/'});
	await next(stream.resume(), 'end');
	server.close(() => say('closed'));
	say('closing', {port});
	await readLine();
	client.destroy();
};

const read = name =>
	fs.readFileSync(path.join(__dirname, `../../../examples/support/public-test-${name}.pem`));

const ends = async () => {
	const server = http.createServer((_request, response) => response.end('done\n'));
	const port = await listening(server);
	const agent = new http.Agent({keepAlive: true});
	const ask = () =>
		new Promise(resolve => {
			http.get({host: '127.0.0.1', port, agent}, response => response.resume().on('end', resolve));
		});
	for (let count = 0; count < 20; count++) await ask();
	process.once('SIGTERM', () => {
		server.close(() => say('closed'));
		server.closeIdleConnections();
		agent.destroy();
	});
	say('closing', {port});
	process.kill(process.pid, 'SIGTERM');
};

const kinds = {waits, session, ends};
void kinds[process.argv[2]]();
