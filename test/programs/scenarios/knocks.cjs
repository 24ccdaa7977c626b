'use strict';
// Connects so many times to a port and holds what it gets, until it is ended. Arguments: host, port, how many, and how
// long between two of them (ms). Each end is printed: the connection's own port, and the way.
const net = require('node:net');
const {say} = require('../helpers/facts.cjs');

const [host, port, count, pauseMs = 0] = process.argv.slice(2);
const knock = left => {
	if (left === 0) return;
	const client = net.connect(Number(port), host);
	let own = null;
	client.on('connect', () => {
		own = client.localPort;
	});
	client.on('error', () => {}).resume();
	client.on('close', hadError => say('closed', {port: own, hadError}));
	setTimeout(knock, Number(pauseMs), left - 1);
};
knock(Number(count));
