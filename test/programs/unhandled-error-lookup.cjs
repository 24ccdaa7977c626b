'use strict';
// A name that does not resolve, and no 'error' listener.
const net = require('node:net');

net.connect({
	host: 'no-such-name.test',
	port: 80,
	lookup: (hostname, _options, callback) => {
		const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
		callback(Object.assign(error, {code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname}));
	},
});
