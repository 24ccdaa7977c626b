'use strict';
// A client of HTTP with a pool of connections, which the server resets:
//   busy      in the middle of an answer
//   rested    when it is used again after a rest
//   idle      while it rests
//   hangs-up  ends it after a while, before it answers
//   at-once   ends it before it answers, soon enough for a balancer without backend
const http = require('node:http');
const {say, untilLine, listening} = require('../helpers/facts.cjs');

const restMs = 2600;

const main = async mode => {
	let requests = 0;
	const server = http.createServer((request, response) => {
		requests++;
		request.resume();
		if (mode === 'busy') {
			response.write('the first part');
			setTimeout(() => request.socket.resetAndDestroy(), 400);
		} else if (mode === 'hangs-up') {
			setTimeout(() => request.socket.destroy(), 1600);
		} else if (mode === 'at-once') {
			setTimeout(() => request.socket.destroy(), 300);
		} else if (mode === 'rested' && requests > 1) {
			request.socket.resetAndDestroy();
		} else {
			response.end('all of it');
			if (mode === 'idle') setTimeout(() => request.socket.resetAndDestroy(), restMs);
		}
	});
	server.keepAliveTimeout = 20_000;
	const port = await listening(server);
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	const ask = path => {
		const request = http.get({host: '127.0.0.1', port, path, agent}, response => {
			response.on('error', ({code}) => say('answer failed', {code})).resume();
		});
		request.on('error', ({code}) => say('request failed', {code}));
		if (mode !== 'idle') return;
		request.once('socket', socket => {
			socket.once('close', () => say('connection closed', {code: socket.errored?.code ?? null}));
		});
	};
	ask('/first');
	if (mode === 'rested') setTimeout(ask, restMs, '/again');
	await untilLine();
	process.exit(0);
};

main(process.argv[2]);
