'use strict';
// Connects to a port and takes a name that reads, in the output of ss -p, as if another process held its socket.
// Arguments: the port, and the other's pid.
const fs = require('node:fs');
const net = require('node:net');
const {say, untilLine, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const [port, pid] = process.argv.slice(2);
	// The kernel keeps 15 bytes of it.
	process.title = `x",pid=${pid},fd=3),("`;
	const client = net.connect(Number(port), '127.0.0.1');
	await next(client, 'connect');
	say('forged', {
		pid: process.pid,
		comm: fs.readFileSync('/proc/self/comm', 'utf8').trim(),
		client: describe(client),
	});
	await untilLine();
	client.destroy();
};

main();
