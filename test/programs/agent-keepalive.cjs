'use strict';
// Five requests, one after the other, over one kept-alive connection, which then rests in the agent's pool.
const http = require('node:http');
const {say, untilLine, listening, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const sockets = new Set();
	const server = http.createServer((request, response) => {
		sockets.add(request.socket);
		response.end('done\n');
	});
	const port = await listening(server);
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	let pooled;
	for (let count = 1; count <= 5; count++)
		pooled = await ask({host: '127.0.0.1', port, agent, path: `/${count}`});
	say('ready', {port, requests: 5, client: describe(pooled), servers: [...sockets].map(describe)});
	await untilLine();
	agent.destroy();
	server.close();
};

/** Resolves with the request's socket when it is free again. */
const ask = options =>
	new Promise((resolve, reject) => {
		const request = http.get(options, response => {
			const {socket} = request;
			socket.once('free', () => resolve(socket));
			response.resume();
		});
		request.on('error', reject);
	});

main();
