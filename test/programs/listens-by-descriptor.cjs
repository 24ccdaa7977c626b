'use strict';
// Two listeners that are handed over as descriptors 3 and 4, as a service manager does it.
const {spawn} = require('node:child_process');
const net = require('node:net');
const {say, untilLine} = require('./helpers/facts.cjs');

const listen = (...where) =>
	new Promise(resolve => {
		const server = net.createServer().listen(...where, () => resolve(server));
	});

const handOver = async path => {
	const servers = [await listen(path), await listen(0, '127.0.0.1')];
	const descriptors = servers.map(server => server._handle.fd);
	const child = spawn(process.execPath, [__filename], {
		stdio: ['inherit', 'inherit', 'inherit', ...descriptors],
	});
	child.on('exit', () => {
		for (const server of servers) server.close();
	});
};

const takeOver = async () => {
	const servers = [await listen({fd: 3}), await listen({fd: 4})];
	say('ready', {pid: process.pid, port: servers[1].address().port});
	await untilLine();
	for (const server of servers) server.close();
};

if (process.argv[2] === undefined) takeOver();
else handOver(process.argv[2]);
