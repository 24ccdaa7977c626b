'use strict';
const {Redis} = require('ioredis');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new Redis({host: '127.0.0.1', port: Number(process.env.REDIS_PORT)});
	const subscriber = client.duplicate();
	console.log('set', await client.set('ioredis:key', 'value'));
	console.log('get', await client.get('ioredis:key'));
	console.log(
		'pipeline',
		await client
			.pipeline()
			.lpush('ioredis:list', 'a', 'b')
			.lrange('ioredis:list', 0, -1)
			.del('ioredis:list')
			.exec(),
	);
	await subscriber.subscribe('ioredis:news');
	const message = new Promise(resolve =>
		subscriber.once('message', (channel, text) => resolve(`${channel} ${text}`)),
	);
	await client.publish('ioredis:news', 'hello');
	console.log('message', await message);
	await hold();
	await client.del('ioredis:key');
	console.log('quit', await subscriber.quit(), await client.quit());
})();
