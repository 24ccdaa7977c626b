'use strict';
// A server that echoes, in front of it a relay by the first argument, and a client. Each in a process of its own.
// `relay`: a proxy that carries bytes both ways; `tunnel`: an HTTP proxy with CONNECT; `refuses`: one that wants
// credentials;
// `gateway`: a server that queries the other one and sends an answer of its own.
const {fork} = require('node:child_process');
const http = require('node:http');
const net = require('node:net');
const {listening, say} = require('../helpers/facts.cjs');

const [kind, part = 'all', port] = process.argv.slice(2);
const hello = 'hello '.repeat(20);
const ignore = () => {};

const ends = {
	echo: () => net.createServer(socket => socket.on('error', ignore).pipe(socket)),
	relay: () =>
		net.createServer(socket => {
			const onwards = net.connect(Number(port), '127.0.0.1').on('error', ignore);
			socket.on('error', ignore).pipe(onwards).pipe(socket);
		}),
	tunnel: () =>
		http.createServer().on('connect', ({url}, socket) => {
			const [host, to] = url.split(':');
			const onwards = net.connect(Number(to), host, () => {
				socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
				socket.on('error', ignore).pipe(onwards).on('error', ignore).pipe(socket);
			});
		}),
	refuses: () =>
		http.createServer().on('connect', (_request, socket) => {
			socket
				.on('error', ignore)
				.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
		}),
	gateway: () =>
		net.createServer(socket => {
			const onwards = net.connect(Number(port), '127.0.0.1').on('error', ignore);
			socket.on('error', ignore).on('data', data => onwards.write(`from a client: ${data}`));
			onwards.on('data', data => socket.write(`[${data.length}]`));
		}),
};

const talks = {
	tunnel(proxy, target) {
		const request = http.request({
			host: '127.0.0.1',
			port: proxy,
			method: 'CONNECT',
			path: `127.0.0.1:${target}`,
		});
		request.end();
		request.on('connect', ({statusCode}, socket) => (statusCode === 200 ? talk(socket) : socket.destroy()));
	},
};
talks.refuses = talks.tunnel;

const talk = socket => {
	socket.on('error', ignore).once('data', () => say('talked'));
	socket.write(hello);
	setTimeout(() => socket.write(hello), 300);
};

async function all() {
	const target = await started('echo');
	const front = await started(kind, target);
	if (kind in talks) talks[kind](front, target);
	else talk(net.connect(front, '127.0.0.1'));
}

const started = (which, to = '') =>
	new Promise(resolve => fork(__filename, [kind, which, String(to)]).once('message', resolve));

if (part === 'all') void all();
else void listening(ends[part]()).then(at => process.send(at));

setTimeout(() => {}, 2 ** 30);
