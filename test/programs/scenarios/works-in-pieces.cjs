'use strict';
// A healthy HTTP server that now and then works for 100 ms at a stretch, under load of its own for four seconds.
const http = require('node:http');
const {say, untilLine, listening} = require('../helpers/facts.cjs');

const forMs = 4000;

const main = async () => {
	const server = http.createServer((_request, response) => response.end('done\n'));
	const port = await listening(server);
	say('ready', {port});
	const agent = new http.Agent({keepAlive: true, maxSockets: 8});
	const ask = () =>
		new Promise((resolve, reject) => {
			http
				.get({host: '127.0.0.1', port, agent}, response => response.resume().on('end', resolve))
				.on('error', reject);
		});
	const end = performance.now() + forMs;
	const work = setInterval(() => {
		const until = performance.now() + 100;
		while (performance.now() < until);
	}, 500);
	let answers = 0;
	const client = async () => {
		while (performance.now() < end) {
			await ask();
			answers++;
		}
	};
	await Promise.all(Array.from({length: 8}, client));
	clearInterval(work);
	say('done', {answers});
	await untilLine();
	agent.destroy();
	server.close();
};

main();
