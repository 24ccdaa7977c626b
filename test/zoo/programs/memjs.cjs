'use strict';
const {Client} = require('memjs');
const {hold} = require('./hold.cjs');

(async () => {
	const client = Client.create(`127.0.0.1:${process.env.MEMCACHED_PORT}`);
	console.log('set', await client.set('memjs', 'value', {expires: 60}));
	console.log('get', String((await client.get('memjs')).value));
	console.log('delete', await client.delete('memjs'));
	await hold();
	client.quit();
	console.log('closed');
})();
