'use strict';
const {readFileSync} = require('node:fs');
const {Agent, Pool, request} = require('undici');
const {hold} = require('./hold.cjs');

(async () => {
	const dispatcher = new Agent({connect: {ca: readFileSync(process.env.ZOO_CA)}});
	for (const base of [process.env.HTTP_URL, process.env.HTTPS_URL]) {
		const {statusCode, body} = await request(`${base}/hello`, {dispatcher});
		console.log(statusCode, (await body.text()).trim());
		const posted = await request(`${base}/missing`, {dispatcher});
		console.log(posted.statusCode, (await posted.body.text()).trim());
	}

	const pool = new Pool(process.env.HTTP_URL, {connections: 2});
	const answers = await Promise.all([1, 2].map(() => pool.request({path: '/json', method: 'GET'})));
	for (const {body} of answers) console.log(await body.json());
	await hold();
	await pool.close();
	await dispatcher.close();
	console.log('closed');
})();
