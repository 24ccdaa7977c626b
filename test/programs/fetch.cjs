'use strict';
// The global fetch() sends three requests to a server of this process.
const http = require('node:http');
const {say, untilLine, listening, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const sockets = new Set();
	const server = http.createServer((request, response) => {
		sockets.add(request.socket);
		response.end('done\n');
	});
	// The test may be slow to read the rows.
	server.keepAliveTimeout = 60_000;
	const port = await listening(server);
	const statuses = [];
	for (let count = 1; count <= 3; count++) {
		const response = await fetch(`http://127.0.0.1:${port}/${count}`);
		await response.text();
		statuses.push(response.status);
	}
	say('ready', {port, statuses, servers: [...sockets].map(describe)});
	await untilLine();
	server.close();
	server.closeAllConnections();
};

main();
