'use strict';
// One of each thing that the hook observes: requests, TLS, names, refused and raced attempts, listeners that fail.
// All of it is closed some polls of the hook before the end. Not with support/target.cjs: the end is its own.
const dgram = require('node:dgram');
const dns = require('node:dns');
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');

const said = [];
const next = (emitter, name) => new Promise(resolve => emitter.once(name, (...values) => resolve(values)));
const turn = ms => new Promise(resolve => setTimeout(resolve, ms));

const listening = async server => {
	server.listen(0, '127.0.0.1');
	await next(server, 'listening');
	return server.address().port;
};

const closed = async server => {
	server.close();
	await next(server, 'close');
};

const request = port =>
	new Promise((resolve, reject) => {
		const message = http.get({port, host: '127.0.0.1', path: '/some?secret=1', agent: false}, response => {
			response.resume().once('end', () => resolve(response.statusCode));
		});
		message.once('error', reject);
	});

const web = async () => {
	const server = http.createServer((_message, response) => response.end('hello'));
	const port = await listening(server);
	said.push(await request(port), await request(port));
	const second = net.createServer();
	second.listen(port, '127.0.0.1');
	const [{code}] = await next(second, 'error');
	said.push(code);
	await closed(server);
};

// Listening on a name that does not resolve is the one failure without a diagnostics channel.
const nameless = async () => {
	const {lookup} = dns;
	dns.lookup = (name, ...values) => {
		if (name !== 'nowhere.test') return lookup(name, ...values);
		const error = Object.assign(new Error('no such name'), {code: 'ENOTFOUND'});
		return process.nextTick(values.at(-1), error);
	};
	const server = net.createServer();
	server.listen(0, 'nowhere.test');
	const [{code}] = await next(server, 'error');
	dns.lookup = lookup;
	said.push(code);
};

const named = async () => {
	const server = net.createServer(socket => socket.end('hello'));
	const port = await listening(server);
	const lookup = (_name, _options, callback) =>
		process.nextTick(callback, null, [
			{address: '::1', family: 6},
			{address: '127.0.0.1', family: 4},
		]);
	const client = net.connect({host: 'one.test', port, lookup, autoSelectFamily: true});
	const [text] = await next(client.setEncoding('utf8'), 'data');
	await next(client, 'close');
	said.push(text);
	await closed(server);
	const refused = net.connect(port, '127.0.0.1');
	const [{code}] = await next(refused, 'error');
	said.push(code);
};

const secure = async () => {
	const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));
	const server = tls.createServer(
		{key: read('public-test-key.pem'), cert: read('public-test-certificate.pem')},
		socket => socket.pipe(socket),
	);
	const port = await listening(server);
	const client = tls.connect({port, host: '127.0.0.1', rejectUnauthorized: false});
	client.setEncoding('utf8').write('secret');
	const [text] = await next(client, 'data');
	said.push(text);
	// Long enough for a snapshot.
	await turn(400);
	client.end();
	await next(client, 'close');
	await closed(server);
};

const fetched = async () => {
	const server = http.createServer((_message, response) => response.end('hello'));
	const port = await listening(server);
	const response = await fetch(`http://127.0.0.1:${port}/`);
	said.push(await response.text());
	server.close();
	server.closeAllConnections();
	await next(server, 'close');
	said.push(await fetch(`http://127.0.0.1:${port}/`).catch(error => error.cause.code));
};

const streams = async () => {
	const server = http2.createServer();
	server.on('stream', stream => stream.end('hello'));
	const port = await listening(server);
	const session = http2.connect(`http://127.0.0.1:${port}`);
	const stream = session.request({':path': '/'});
	stream.setEncoding('utf8').on('data', text => said.push(text));
	await next(stream, 'close');
	session.close();
	await closed(server);
};

const datagrams = async () => {
	const [receiver, sender, third] = [1, 2, 3].map(() => dgram.createSocket('udp4'));
	receiver.bind(0, '127.0.0.1');
	await next(receiver, 'listening');
	const {port} = receiver.address();
	sender.send('hello', port, '127.0.0.1');
	const [text] = await next(receiver, 'message');
	third.bind(port, '127.0.0.1');
	const [{code}] = await next(third, 'error');
	said.push(text, code);
	for (const socket of [receiver, sender, third]) socket.close();
};

Promise.all([web(), nameless(), named(), secure(), fetched(), streams(), datagrams()]).then(async () => {
	// Each close is to be reported before the exit closes all sockets anyway.
	await turn(1200);
	console.log(said.map(String).sort().join(' '));
	process.exitCode = 7;
});
