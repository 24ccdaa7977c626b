'use strict';
// WebSocket: some talk all the time, some only listen, some come and go; the server pings all of them.
const http = require('node:http');
const {WebSocket, WebSocketServer} = require('ws');
const {again, closed, count, holdNowAndThen, listening, report, together, wait} = require('./load.cjs');

const open = port =>
	new Promise((resolve, reject) => {
		const client = new WebSocket(`ws://127.0.0.1:${port}/`);
		client.once('open', () => resolve(client)).once('error', reject);
	});

const ended = client => new Promise(resolve => client.once('close', resolve));

/** Sends, and waits for the echo. */
const echo = (client, message) =>
	new Promise((resolve, reject) => {
		client.once('close', reject);
		client.once('message', () => {
			client.off('close', reject);
			count('messages');
			resolve();
		});
		client.send(message);
	});

const main = async () => {
	const server = http.createServer();
	const sockets = new WebSocketServer({server});
	sockets.on('connection', socket => {
		count('connections');
		socket.on('message', message => socket.send(message));
	});
	const port = await listening(server);
	const large = Buffer.alloc(100_000, 'z');
	const pinging = setInterval(() => {
		for (const socket of sockets.clients) socket.ping();
	}, 2000);
	const listeners = await together(10, () => open(port));
	for (const client of listeners) client.on('message', () => count('heard'));
	await Promise.all([
		together(10, async index => {
			const client = await open(port);
			await again(() => echo(client, index === 0 ? large : 'hello'), 30);
			client.close();
			await ended(client);
		}),
		again(async () => {
			const client = await open(port);
			await echo(client, 'for a moment');
			await wait(300);
			client.close();
			await ended(client);
		}, 100),
		again(() => {
			for (const socket of sockets.clients) socket.send('news');
		}, 1000),
		holdNowAndThen(100, 6000),
	]);
	clearInterval(pinging);
	for (const client of listeners) client.close();
	await Promise.all(listeners.map(ended));
	sockets.close();
	await closed(server);
	report();
};

main();
