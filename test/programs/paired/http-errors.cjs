'use strict';
// HTTP that goes wrong: aborted requests, half answers, timeouts, bad input, closed servers.
const http = require('node:http');
const net = require('node:net');
const {listening, next, note, textOf} = require('./sockets.cjs');

const main = async () => {
	let left = () => {};
	const server = http.createServer((request, response) => {
		if (request.url === '/half') response.write('half an answer', () => request.socket.destroy());
		if (request.url === '/never')
			request.on('close', () => {
				note('server', 'never', request.destroyed, response.writableEnded);
				left();
			});
		if (request.url === '/slow') setTimeout(() => response.end('slow'), 50);
	});
	server.on('clientError', (error, socket) => {
		note('server', error.code);
		socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
	});
	const port = await listening(server);
	const get = (path, options) => http.get({port, host: '127.0.0.1', path, agent: false, ...options});
	const half = get('/half');
	half.on('error', error => note('half', 'request', error.code));
	const [response] = await next(half, 'response');
	await textOf(response).catch(error => note('half', 'response', error.code, response.complete));

	// The server's view of one request is complete before the next is sent.
	const serverLeft = () => new Promise(resolve => (left = resolve));
	const neverLeft = serverLeft();
	const never = get('/never');
	await next(never, 'finish');
	never.on('timeout', () => never.destroy(new Error('waited enough'))).setTimeout(60);
	note('never', (await next(never, 'error'))[0].message, never.destroyed);
	await neverLeft;

	const abortedLeft = serverLeft();
	const abort = new AbortController();
	const aborted = get('/never', {signal: abort.signal});
	await next(aborted, 'finish');
	setTimeout(() => abort.abort(), 20);
	note('aborted', (await next(aborted, 'error'))[0].name);
	await abortedLeft;

	note('bad', (await textOf(net.connect(port, '127.0.0.1').end('nonsense\r\n\r\n'))).split('\r\n')[0]);
	const [slow] = await next(get('/slow'), 'response');
	note('slow', await textOf(slow));
	server.close(() => note('server', 'closed'));
	server.closeAllConnections();
};
main();
