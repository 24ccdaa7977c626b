'use strict';
const http = require('node:http');
const needle = require('needle');
const {hold} = require('./hold.cjs');

(async () => {
	const agent = new http.Agent({keepAlive: true});
	for (const path of ['/hello', '/json', '/missing']) {
		const {statusCode, body} = await needle('get', `${process.env.HTTP_URL}${path}`, {
			agent,
			connection: 'keep-alive',
		});
		console.log(path, statusCode, String(body?.answer ?? body).trim());
	}

	await hold();
	agent.destroy();
	console.log('closed');
})();
