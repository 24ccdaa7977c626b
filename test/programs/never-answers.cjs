'use strict';
// A connection attempt to an address that never answers: it stays in SYN-SENT until `end` on standard input.
const net = require('node:net');
const {blackhole} = require('./helpers/blocked-server.cjs');
const {say, untilLine, inodeOf, until} = require('./helpers/facts.cjs');

const main = async () => {
	const {port, fillers, worker} = await blackhole({host: '127.0.0.1'});
	const client = net.connect(port, '127.0.0.1');
	client.on('error', () => {});
	await until(() => inodeOf(client) !== null);
	say('connecting', {port, inode: inodeOf(client), connecting: client.connecting});
	await untilLine();
	for (const socket of [client, ...fillers]) socket.destroy();
	await worker.terminate();
};

main();
