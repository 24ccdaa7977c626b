'use strict';
process.env.https_proxy = process.env.SQUID_URL;
const {EnvHttpProxyAgent, fetch, setGlobalDispatcher} = require('undici');
const {hold} = require('./hold.cjs');

(async () => {
	const dispatcher = new EnvHttpProxyAgent();
	setGlobalDispatcher(dispatcher);
	for (const path of ['/hello', '/json', '/missing']) {
		const response = await fetch(`${process.env.HTTPS_URL}${path}`);
		console.log(response.status, (await response.text()).trim());
	}

	await hold();
	await dispatcher.close();
	console.log('closed');
})();
