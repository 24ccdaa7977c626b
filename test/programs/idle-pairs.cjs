'use strict';
// Connections of a server to itself on which nothing moves. Argument: how many (2).
const net = require('node:net');
const {say, untilLine, listening, next} = require('./helpers/facts.cjs');

const atOnce = 50;

const main = async () => {
	const pairs = Number(process.argv[2] ?? 2);
	const server = net.createServer();
	const port = await listening(server, {backlog: 511});
	const open = async () => {
		await next(net.connect(port, '127.0.0.1'), 'connect');
	};
	for (let left = pairs; left > 0; left -= atOnce) {
		await Promise.all(Array.from({length: Math.min(left, atOnce)}, open));
	}

	say('ready', {pid: process.pid, port});
	await untilLine();
	process.exit();
};

main();
