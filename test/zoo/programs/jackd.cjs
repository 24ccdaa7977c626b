'use strict';
const imported = require('jackd');
const {hold} = require('./hold.cjs');

const Jackd = imported.default ?? imported;

(async () => {
	const client = new Jackd({autoconnect: false});
	await client.connect({host: '127.0.0.1', port: Number(process.env.BEANSTALKD_PORT)});
	await client.put('hello');
	const {id, payload} = await client.reserve();
	console.log('job', String(payload));
	await client.delete(id);
	await hold();
	await client.quit();
	console.log('closed');
})();
