'use strict';
// A network error without a listener; the argument chooses the error.
const dgram = require('node:dgram');
const dns = require('node:dns');
const {once} = require('node:events');
const http = require('node:http');
const http2 = require('node:http2');
const https = require('node:https');
const net = require('node:net');
const {pipeline} = require('node:stream/promises');
const tls = require('node:tls');
const {certified, listening, pair} = require('./sockets.cjs');

const refused = {host: '127.0.0.1', port: 1};
const answer = (error, address) => (_host, options, callback) =>
	setImmediate(callback, error, options.all && address ? [{address, family: 4}] : address, 4);

const hangUp = async () => {
	const server = http.createServer(request => request.socket.destroy());
	http.get({host: '127.0.0.1', port: await listening(server), agent: false});
};

const brokenPipe = async () => {
	const server = net.createServer(socket => socket.resetAndDestroy());
	await listening(server);
	const {client} = await pair(server);
	client.on('end', () => {}).pause();
	// Nothing was read: the write meets the reset, or the reading does.
	setTimeout(() => client.write('too late'), 50);
};

const destroyed = async act => {
	const server = net.createServer();
	await listening(server);
	const {client} = await pair(server);
	act(client);
};

const selfSigned = async (connect, options) => {
	const server = tls.createServer(certified(), socket => socket.on('error', () => {}));
	server.on('tlsClientError', () => {});
	connect({host: '127.0.0.1', port: await listening(server), ...options});
};

const plainToTls = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).end('this is not TLS\n'));
	tls.connect({host: '127.0.0.1', port: await listening(server)});
};

const parseError = async () => {
	const server = net.createServer(socket => socket.end('this is not HTTP\r\n\r\n'));
	http.get({host: '127.0.0.1', port: await listening(server), agent: false});
};

const idle = async () => {
	const server = net.createServer();
	const client = net.connect({host: '127.0.0.1', port: await listening(server), timeout: 30});
	client.on('timeout', () => client.destroy(new Error('nothing came')));
};

const starts = {
	'refused twice': () => {
		net.connect(refused);
		net.connect(refused);
	},
	'refused, own lookup': () => net.connect({host: 'here.test', port: 1, lookup: answer(null, '127.0.0.1')}),
	'lookup fails': () =>
		net.connect({host: 'no-such-name.test', port: 1, lookup: answer(new Error('the resolver is gone'))}),
	'lookup gives nonsense': () => net.connect({host: 'here.test', port: 1, lookup: answer(null, 'nonsense')}),
	'no such path': () => net.connect('/no/such/path'),
	'unreachable family': () => net.connect({host: '127.0.0.1', port: 1, localAddress: '::1'}),
	'local address of another': () => net.connect({...refused, localAddress: '198.51.100.1'}),
	'write before connect': () => net.connect(refused).end('a word'),
	'write after end': () =>
		destroyed(client => {
			client.end();
			client.write('too late');
		}),
	'write of nothing': () => destroyed(client => client.write(null)),
	'write after destroy': () =>
		destroyed(client => {
			client.destroy();
			client.write('too late', error => {
				throw error;
			});
		}),
	'destroyed with an error': () => destroyed(client => client.destroy(new Error('enough of it'))),
	'destroyed while connecting': () => net.connect(refused).destroy(new Error('changed its mind')),
	'broken pipe': brokenPipe,
	'idle timeout': idle,
	'listen on a bad address': () => net.createServer().listen(0, '198.51.100.1'),
	'listen on a bad name': () => net.createServer().listen({host: 'no-such-name.test', port: 0}),
	'listen twice': async () => {
		const server = net.createServer();
		await listening(server);
		server.listen(0);
	},
	'listen at no path': () => net.createServer().listen('/no/such/folder/socket'),
	'http refused': () => http.get({...refused, agent: false}),
	'http hangs up': hangUp,
	'http nonsense': parseError,
	'https refused': () => https.get({...refused, agent: false}),
	'http2 refused': () => http2.connect('http://127.0.0.1:1'),
	'tls refused': () => tls.connect(refused),
	'tls self-signed': () => selfSigned(tls.connect),
	'tls wrong name': () => selfSigned(tls.connect, {ca: certified().cert, servername: 'elsewhere.test'}),
	'https self-signed': () => selfSigned(https.get, {agent: false}),
	'tls to a plain server': plainToTls,
	'udp send': () => dgram.createSocket('udp4').send('a word', 1, 'no-such-name.invalid'),
	'dns lookup': () => dns.promises.lookup('no-such-name.invalid'),
	'rejected once': async () => once(net.connect(refused), 'connect'),
	'rejected pipeline': async () => pipeline(net.connect(refused), net.connect(refused)),
	'rejected fetch': async () => fetch('http://127.0.0.1:1/'),
	'rejected iteration': async () => {
		for await (const chunk of net.connect(refused)) console.log(chunk);
	},
};
starts[process.argv[2]]();
