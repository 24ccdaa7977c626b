'use strict';
const {Etcd3} = require('etcd3');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new Etcd3({hosts: `http://127.0.0.1:${process.env.ETCD_PORT}`});
	await client.put('etcd3/a').value('okapi');
	console.log('get', await client.get('etcd3/a').string());
	const watcher = await client.watch().prefix('etcd3/').create();
	const change = new Promise(resolve => watcher.once('put', ({key, value}) => resolve(`${key} ${value}`)));
	await client.put('etcd3/b').value('quokka');
	console.log('watched', await change);
	console.log('all', await client.getAll().prefix('etcd3/').strings());
	await hold();
	await watcher.cancel();
	await client.delete().prefix('etcd3/');
	client.close();
	console.log('closed');
})();
