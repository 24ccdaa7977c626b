'use strict';
const {createClient} = require('redis');
const {hold} = require('./hold.cjs');

(async () => {
	const client = createClient({socket: {host: '127.0.0.1', port: Number(process.env.REDIS_PORT)}});
	client.on('error', error => console.error(error));
	await client.connect();
	const subscriber = client.duplicate();
	await subscriber.connect();
	console.log('set', await client.set('redis:key', 'value'));
	console.log('get', await client.get('redis:key'));
	console.log('multi', await client.multi().incr('redis:n').incr('redis:n').del('redis:n').exec());
	const message = new Promise(resolve => subscriber.subscribe('redis:news', resolve));
	while ((await client.publish('redis:news', 'hello')) === 0);
	console.log('message', await message);
	await hold();
	await client.del('redis:key');
	await subscriber.unsubscribe('redis:news');
	await Promise.all([subscriber.close(), client.close()]);
	console.log('closed');
})();
