'use strict';
// Throws in a listener of its own, for the event of the argument.
const http = require('node:http');
const http2 = require('node:http2');
const net = require('node:net');
const tls = require('node:tls');
const {certified, listening} = require('./sockets.cjs');

const [, , of] = process.argv;
const fail = () => {
	throw new Error(`thrown in a listener of ${of}`);
};

const onClient = (event, options = {}) =>
	net
		.createServer(socket => socket.on('error', () => {}).end('bye'))
		.listen(0, '127.0.0.1', function () {
			const client = net.connect({port: this.address().port, host: '127.0.0.1', ...options});
			client.on(event, fail);
			if (event !== 'readable') client.resume();
		});

const onAccepted = (event, act = () => {}) =>
	net
		.createServer(socket => {
			socket.on(event, fail);
			act(socket);
		})
		.listen(0, '127.0.0.1', function () {
			net
				.connect(this.address().port, '127.0.0.1')
				.on('error', () => {})
				.resume()
				.end('hello');
		});

const onServer = event =>
	net
		.createServer(socket => socket.end().resume())
		.on(event, fail)
		.listen(0, '127.0.0.1', function () {
			net
				.connect(this.address().port, '127.0.0.1')
				.on('close', () => this.close())
				.resume();
		});

const onHttp = (side, event) => {
	const server = http.createServer((_request, response) => {
		if (side === 'response') response.on(event, fail);
		response.end('hello');
	});
	server.listen(0, '127.0.0.1', () => {
		const request = http.get({port: server.address().port, host: '127.0.0.1', agent: false}, incoming => {
			if (side === 'incoming') incoming.on(event, fail);
			incoming.resume();
		});
		if (side === 'request') request.on(event, fail);
	});
	if (side === 'server') server.on(event, fail);
};

const upgrading = (side, event) => {
	const server = http.createServer().on('upgrade', (_request, socket) => {
		socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n');
	});
	if (side === 'server') server.removeAllListeners(event).on(event, fail);
	server.listen(0, '127.0.0.1', () => {
		const headers = {connection: 'Upgrade', upgrade: 'own'};
		const request = http.get({port: server.address().port, host: '127.0.0.1', headers, agent: false});
		if (side === 'client') request.on(event, fail);
	});
};

const onTls = async (side, event) => {
	const server = tls.createServer(certified(), socket => socket.end('bye'));
	if (side === 'server') server.on(event, fail);
	const port = await listening(server);
	const client = tls.connect({port, host: '127.0.0.1', rejectUnauthorized: false});
	if (side === 'client') client.on(event, fail);
	client.resume();
};

const onHttp2 = async event => {
	const server = http2.createServer();
	if (event === 'stream') server.on('stream', fail);
	const port = await listening(server);
	const session = http2.connect(`http://127.0.0.1:${port}`);
	if (event === 'session-connect') session.on('connect', fail);
	session.request({':path': '/'}).end();
};

const starts = {
	'client connect': () => onClient('connect'),
	'client ready': () => onClient('ready'),
	'client data': () => onClient('data'),
	'client readable': () => onClient('readable'),
	'client end': () => onClient('end'),
	'client finish': () => onClient('finish'),
	'client close': () => onClient('close'),
	'client lookup': () => onClient('lookup', {host: 'localhost', family: 4}),
	'client connectionAttempt': () => onClient('connectionAttempt'),
	'client error': () => net.connect(1, '127.0.0.1').on('error', fail),
	'accepted data': () => onAccepted('data'),
	'accepted end': () => onAccepted('end', socket => socket.resume()),
	'accepted drain': () => onAccepted('drain', socket => socket.write(Buffer.alloc(10_000_000))),
	'accepted timeout': () => onAccepted('timeout', socket => socket.setTimeout(20)),
	'accepted close': () => onAccepted('close', socket => socket.destroy()),
	'accepted error': () => onAccepted('error', socket => socket.destroy(new Error('its own'))),
	'accepted pause': () => onAccepted('pause', socket => socket.pause()),
	'server connection': () => onServer('connection'),
	'server listening': () => onServer('listening'),
	'server close': () => onServer('close'),
	'server error': () => net.createServer().on('error', fail).listen({port: 0, host: '127.0.0.1', fd: 9999}),
	'http server connection': () => onHttp('server', 'connection'),
	'http server request': () => onHttp('server', 'request'),
	'http request socket': () => onHttp('request', 'socket'),
	'http request response': () => onHttp('request', 'response'),
	'http request finish': () => onHttp('request', 'finish'),
	'http response finish': () => onHttp('response', 'finish'),
	'http response close': () => onHttp('response', 'close'),
	'http incoming data': () => onHttp('incoming', 'data'),
	'http incoming end': () => onHttp('incoming', 'end'),
	'http server upgrade': () => upgrading('server', 'upgrade'),
	'http client upgrade': () => upgrading('client', 'upgrade'),
	'tls secureConnect': () => onTls('client', 'secureConnect'),
	'tls data': () => onTls('client', 'data'),
	'tls session': () => onTls('client', 'session'),
	'tls secureConnection': () => onTls('server', 'secureConnection'),
	'tls keylog': () => onTls('server', 'keylog'),
	'http2 stream': () => onHttp2('stream'),
	'http2 session-connect': () => onHttp2('session-connect'),
};
starts[of]();
