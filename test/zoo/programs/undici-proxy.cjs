'use strict';
const {readFileSync} = require('node:fs');
const {ProxyAgent, fetch} = require('undici');
const {hold} = require('./hold.cjs');

(async () => {
	const dispatcher = new ProxyAgent({
		uri: process.env.TINYPROXY_URL,
		requestTls: {ca: readFileSync(process.env.ZOO_CA)},
	});
	for (const path of ['/hello', '/json', '/missing']) {
		const response = await fetch(`${process.env.HTTPS_URL}${path}`, {dispatcher});
		console.log(response.status, (await response.text()).trim());
	}

	await hold();
	await dispatcher.close();
	console.log('closed');
})();
