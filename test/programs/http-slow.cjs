'use strict';
// An HTTP server: `/` answers at once, `/slow` after a while, `/never` not at all.
// Argument: how long /slow takes, in milliseconds (3000).
const http = require('node:http');
const {say, untilLine, listening, describe, describeListener} = require('./helpers/facts.cjs');

const slowMs = Number(process.argv[2] ?? 3000);

const main = async () => {
	const server = http.createServer((request, response) => {
		say('request', {method: request.method, path: request.url, socket: describe(request.socket)});
		response.on('finish', () => say('response', {path: request.url, status: response.statusCode}));
		if (request.url === '/slow') setTimeout(() => response.end('slow\n'), slowMs);
		else if (request.url !== '/never') response.end('fast\n');
	});
	const port = await listening(server);
	say('ready', {pid: process.pid, port, listener: describeListener(server)});
	await untilLine();
	server.close();
	server.closeAllConnections();
};

main();
