'use strict';
// Every address of a name refuses, and there is no 'error' listener: an AggregateError.
const net = require('node:net');

net.connect({
	host: 'two-addresses.test',
	port: 1,
	autoSelectFamily: true,
	lookup: (_hostname, _options, callback) => {
		callback(null, [
			{address: '127.0.0.1', family: 4},
			{address: '127.0.0.2', family: 4},
		]);
	},
});
