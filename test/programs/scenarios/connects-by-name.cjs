'use strict';
// Connects to port 9 of each name that is given, all at once; where that is this machine, it listens there itself.
const net = require('node:net');
const {say} = require('../helpers/facts.cjs');

net.createServer().listen(9);
for (const host of process.argv.slice(2)) {
	const client = net.connect({host, port: 9});
	client.on('error', ({code}) => say('error', {host, code}));
}

setTimeout(() => {}, 2 ** 30);
