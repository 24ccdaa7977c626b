'use strict';
// Three requests share one kept-alive connection: the first was answered, the second waits for its answer, and the
// third waits in the agent for the connection.
const http = require('node:http');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const server = http.createServer((request, response) => {
		if (request.url === '/1') response.end('done\n');
	});
	const port = await listening(server);
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	const ask = path => http.get({host: '127.0.0.1', port, agent, path}).on('error', () => {});
	const [response] = await next(ask('/1'), 'response');
	response.resume();
	await next(response, 'close');
	const arrived = next(server, 'request');
	const second = ask('/2');
	ask('/3');
	const [request] = await arrived;
	say('ready', {client: describe(second.socket), server: describe(request.socket)});
	await untilLine();
	agent.destroy();
	server.close();
	server.closeAllConnections();
};

main();
