'use strict';
// HTTP agents: keep-alive, a limit of sockets, a queue, events of free sockets, listeners left on them, and the end.
const http = require('node:http');
const {listening, next, note, textOf} = require('./sockets.cjs');

const counts = socket =>
	socket
		.eventNames()
		.map(name => `${String(name)} ${socket.listenerCount(name)}`)
		.join(' ');

const main = async () => {
	const server = http.createServer((request, response) => {
		note('server', request.method, request.url, request.headers.connection, counts(request.socket));
		response.end(`for ${request.url}`);
	});
	const port = await listening(server);
	const agent = new http.Agent({keepAlive: true, maxSockets: 1, maxFreeSockets: 1, scheduling: 'fifo'});
	agent.on('free', socket => note('agent', 'free', counts(socket)));
	const ask = path =>
		new Promise((resolve, reject) => {
			const request = http.request({port, host: '127.0.0.1', agent, path, method: 'POST'}, async response => {
				note('client', path, await textOf(response), request.reusedSocket, response.statusCode);
				resolve();
			});
			request.on('error', reject).end('a body');
		});
	await ask('/one?query=1');
	await Promise.all(['/two', '/three', '/four'].map(ask));
	const keys = values =>
		Object.values(values)
			.map(({length}) => length)
			.join();
	note('agent', keys(agent.sockets), keys(agent.freeSockets), keys(agent.requests));
	const [idle] = Object.values(agent.freeSockets)[0];
	note('agent', counts(idle), idle.destroyed, idle.timeout, process.getActiveResourcesInfo().sort().join());
	agent.destroy();
	await next(idle, 'close');
	server.close(() => note('server', 'closed'));
};
main();
