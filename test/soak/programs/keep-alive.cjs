'use strict';
// Clients with an agent that keeps connections, whose number grows and shrinks; agents come and go.
const http = require('node:http');
const {createHttpServer, pathOf, upload} = require('./http-server.cjs');
const {
	again,
	closed,
	count,
	holdNowAndThen,
	isOver,
	listening,
	report,
	together,
	wait,
} = require('./load.cjs');

const ask = (port, agent, path) =>
	new Promise((resolve, reject) => {
		const method = path === '/upload' ? 'POST' : 'GET';
		const request = http.request({host: '127.0.0.1', port, path, method, agent}, response => {
			response.resume().once('end', resolve).once('error', reject);
		});
		request.once('error', error => {
			// The server may end a resting connection just as it is used again: the request goes out once more.
			if (request.reusedSocket && error.code === 'ECONNRESET') resolve(ask(port, agent, path));
			else reject(error);
		});
		request.end(method === 'POST' ? upload : undefined);
	});

const counted = (...words) => ask(...words).then(() => count('requests'));

const main = async () => {
	const server = createHttpServer().on('connection', () => count('connections'));
	const port = await listening(server);
	const steady = new http.Agent({keepAlive: true, maxSockets: 20});
	const seldom = new http.Agent({keepAlive: true});
	let serial = 0;
	await Promise.all([
		together(10, () => again(() => counted(port, steady, pathOf(serial++)), 30)),
		// A crowd of requests every few seconds, by an agent of its own that is thrown away after.
		again(async () => {
			const crowd = new http.Agent({keepAlive: true, maxSockets: 50, timeout: 1000});
			await together(100, () => counted(port, crowd, '/'));
			await wait(isOver() ? 0 : 500);
			crowd.destroy();
		}, 3000),
		// A new connection for each request.
		again(() => counted(port, false, '/'), 200),
		// The server closes a connection that has rested for five seconds.
		again(() => counted(port, seldom, '/'), 8000),
		holdNowAndThen(100, 5000),
	]);
	steady.destroy();
	seldom.destroy();
	await closed(server);
	report();
};

main();
