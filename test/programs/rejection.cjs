'use strict';
// A promise that waits for a connection is rejected without a handler.
const {once} = require('node:events');
const net = require('node:net');

const connect = async () => {
	const client = net.connect(1, '127.0.0.1');
	await once(client, 'connect');
};

connect();
