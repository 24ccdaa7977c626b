'use strict';
const {readFileSync} = require('node:fs');
const {Agent, fetch} = require('undici');
const {hold} = require('./hold.cjs');

(async () => {
	const dispatcher = new Agent({allowH2: true, connect: {ca: readFileSync(process.env.ZOO_CA)}});
	for (const path of ['/hello', '/json', '/missing']) {
		const response = await fetch(`${process.env.H2_URL}${path}`, {dispatcher});
		console.log(response.status, (await response.text()).trim());
	}

	await hold();
	await dispatcher.close();
	console.log('closed');
})();
