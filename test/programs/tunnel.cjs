'use strict';
// An HTTP proxy answers CONNECT; the other end of the tunnel is the proxy itself. By the first argument: `rests`, the
// tunnel is kept and not used; `ended`, the proxy ends it behind a word that the client does not read; `http`, two requests of an agent
// inside the tunnel.
const http = require('node:http');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const [kind = 'rests'] = process.argv.slice(2);

const main = async () => {
	const server = http.createServer((request, response) => response.end(request.url));
	const asked = next(server, 'connect');
	const port = await listening(server);
	const request = http.request({host: '127.0.0.1', port, method: 'CONNECT', path: 'shop.test:443'});
	request.end();
	const [, serverSide] = await asked;
	const connected = next(request, 'connect');
	serverSide.write('HTTP/1.1 200 Connection established\r\n\r\n');
	const [, client] = await connected;
	const described = {client: describe(client), server: describe(serverSide)};
	client.setTimeout(0);
	if (kind === 'ended') serverSide.end('a limit of 4 tunnels');
	if (kind === 'http') {
		server.emit('connection', serverSide);
		const agent = new http.Agent({keepAlive: true});
		agent.createConnection = () => client;
		for (const path of ['/1', '/2']) {
			const [response] = await next(http.get({path, agent}), 'response');
			response.resume();
			await next(response, 'end');
		}
	}

	say('ready', described);
	await untilLine();
	client.destroy();
	serverSide.destroy();
	server.close();
};

main();
