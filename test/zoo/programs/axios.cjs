'use strict';
const {readFileSync} = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const axios = require('axios');
const {hold} = require('./hold.cjs');

(async () => {
	const httpAgent = new http.Agent({keepAlive: true});
	const httpsAgent = new https.Agent({keepAlive: true, ca: readFileSync(process.env.ZOO_CA)});
	const client = axios.create({httpAgent, httpsAgent, proxy: false, validateStatus: () => true});
	for (const base of [process.env.HTTP_URL, process.env.HTTPS_URL]) {
		for (const path of ['/hello', '/moved', '/json', '/missing']) {
			const {status, data} = await client.get(`${base}${path}`);
			console.log(path, status, data);
		}
	}

	const large = await client.get(`${process.env.HTTP_URL}/large`);
	console.log('large', large.data.length);
	await hold();
	httpAgent.destroy();
	httpsAgent.destroy();
	console.log('closed');
})();
