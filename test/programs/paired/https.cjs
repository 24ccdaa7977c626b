'use strict';
// HTTPS with a keep-alive agent, resumed sessions, a client that checks the certificate, and one that is refused.
const https = require('node:https');
const {certified, listening, next, note, textOf} = require('./sockets.cjs');

const main = async () => {
	const {key, cert} = certified();
	const server = https.createServer({key, cert}, (request, response) => {
		note(
			'server',
			request.url,
			request.socket.encrypted,
			request.socket.getProtocol(),
			request.socket.servername,
		);
		response.end('safe');
	});
	server.on('tlsClientError', ({code}) => note('server', 'tlsClientError', code !== undefined));
	const port = await listening(server);
	const agent = new https.Agent({keepAlive: true, maxSockets: 1, ca: cert});
	const ask = (path, options) =>
		https.get({port, host: '127.0.0.1', servername: 'localhost', path, agent, ...options});
	for (const path of ['/one', '/two', '/three']) {
		const request = ask(path);
		const [response] = await next(request, 'response');
		note('client', response.socket.authorized, request.reusedSocket);
		note('client', await textOf(response));
	}

	const refused = ask('/four', {agent: false, ca: undefined});
	note('client', (await next(refused, 'error'))[0].code);
	agent.destroy();
	server.close(() => note('server', 'closed'));
};
main();
