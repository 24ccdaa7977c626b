'use strict';
// fetch() over HTTP/2, as Node 26 does by itself where the server offers it: streams in crowds, bodies, slow answers.
const fs = require('node:fs');
const http2 = require('node:http2');
const path = require('node:path');
const {again, closed, count, holdNowAndThen, listening, report, together, wait} = require('./load.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../../examples/support', name));
const large = Buffer.alloc(256 * 1024, 'x');

const answer = async (request, response) => {
	count(`requests by HTTP/${request.httpVersionMajor}`);
	if (request.url === '/slow') await wait(200 + Math.random() * 400);
	let bytes = 0;
	for await (const chunk of request) bytes += chunk.length;
	response.end(request.url === '/large' ? large : `${bytes}\n`);
};

const main = async () => {
	const server = http2.createSecureServer(
		{
			key: read('public-test-key.pem'),
			cert: read('public-test-certificate.pem'),
			allowHTTP1: true,
		},
		(request, response) => {
			answer(request, response).catch(() => response.destroy());
		},
	);
	const port = await listening(server);
	const ask = async (where, options) => {
		const response = await fetch(`https://localhost:${port}${where}`, options);
		await response.arrayBuffer();
		count('requests');
	};
	await Promise.all([
		together(4, () => again(() => ask('/'), 30)),
		again(() => together(40, () => ask('/')), 4000),
		again(() => ask('/large'), 500),
		again(() => ask('/slow'), 1000),
		again(() => ask('/upload', {method: 'POST', body: large}), 500),
		holdNowAndThen(100, 7000),
	]);
	// fetch() keeps its session for a few seconds.
	await closed(server);
	report();
};

main();
