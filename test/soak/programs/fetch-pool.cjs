'use strict';
// fetch() with its pool: steady requests, crowds, bodies that are read as streams, and times without any.
const {createHttpServer, pathOf, upload} = require('./http-server.cjs');
const {again, closed, count, holdNowAndThen, listening, report, together} = require('./load.cjs');

const main = async () => {
	const server = createHttpServer().on('connection', () => count('connections'));
	const port = await listening(server);
	let serial = 0;
	const ask = async path => {
		const options = path === '/upload' ? {method: 'POST', body: upload} : {};
		const response = await fetch(`http://127.0.0.1:${port}${path}`, options);
		if (path === '/large') for await (const chunk of response.body) count('bytes', chunk.length);
		else await response.text();
		count('requests');
	};
	await Promise.all([
		together(8, () => again(() => ask(pathOf(serial++)), 30)),
		again(() => together(60, () => ask('/')), 4000),
		// By name: a lookup, and an address race where the host has two.
		again(async () => {
			const response = await fetch(`http://localhost:${port}/`);
			await response.text();
			count('requests');
		}, 1000),
		holdNowAndThen(100, 7000),
	]);
	// fetch() keeps its connections for a few seconds, and the server closes those that rest.
	server.closeIdleConnections();
	await closed(server);
	report();
};

main();
