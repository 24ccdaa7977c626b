'use strict';
// An address that never answers; the program's own timeout destroys the socket with an error, and there is no
// 'error' listener.
const net = require('node:net');
const {blackhole} = require('./helpers/blocked-server.cjs');

blackhole({host: '127.0.0.1'}).then(({port}) => {
	const client = net.connect(port, '127.0.0.1');
	client.setTimeout(200, function onTimeout() {
		client.destroy(new Error('no connection within 200 ms'));
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
