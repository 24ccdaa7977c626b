'use strict';
const {promisify} = require('node:util');
const Memcached = require('memcached');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new Memcached(`127.0.0.1:${process.env.MEMCACHED_PORT}`);
	const call = (name, ...words) => promisify(client[name].bind(client))(...words);
	console.log('set', await call('set', 'memcached', 'value', 60));
	console.log('get', await call('get', 'memcached'));
	console.log('delete', await call('del', 'memcached'));
	await hold();
	client.end();
	console.log('closed');
})();
