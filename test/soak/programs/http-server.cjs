'use strict';
// An ordinary HTTP server: small answers, large ones, slow ones, and requests with a body.
const http = require('node:http');
const {setTimeout: wait} = require('node:timers/promises');

const large = Buffer.alloc(256 * 1024, 'x');

const answer = async (request, response) => {
	switch (request.url) {
		case '/large':
			return response.end(large);
		case '/slow':
			await wait(200 + Math.random() * 400);
			return response.end('slow\n');
		case '/upload': {
			let bytes = 0;
			for await (const chunk of request) bytes += chunk.length;
			return response.end(`${bytes}\n`);
		}
		default:
			return response.end('hello\n');
	}
};

const paths = ['/', '/', '/', '/', '/large', '/slow', '/upload', '/'];
const upload = Buffer.alloc(64 * 1024, 'y');

module.exports = {
	createHttpServer: () =>
		http.createServer((request, response) => {
			answer(request, response).catch(() => response.destroy());
		}),
	/** The next request of the client with this number. */
	pathOf: index => paths[index % paths.length],
	upload,
};
