'use strict';
const {readFileSync} = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const superagent = require('superagent');
const {hold} = require('./hold.cjs');

(async () => {
	const plain = new http.Agent({keepAlive: true});
	const secure = new https.Agent({keepAlive: true, ca: readFileSync(process.env.ZOO_CA)});
	for (const [base, agent] of [
		[process.env.HTTP_URL, plain],
		[process.env.HTTPS_URL, secure],
	]) {
		for (const path of ['/hello', '/json', '/missing']) {
			const {status, text} = await superagent
				.get(`${base}${path}`)
				.agent(agent)
				.ok(() => true);
			console.log(path, status, text.trim());
		}
	}

	await hold();
	plain.destroy();
	secure.destroy();
	console.log('closed');
})();
