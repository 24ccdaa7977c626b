'use strict';
// Two cluster workers share a UDP port: the socket is the primary's, each worker has a copy of its descriptor.
const cluster = require('node:cluster');
const dgram = require('node:dgram');
const {say, untilLine, next} = require('./helpers/facts.cjs');

const lead = async () => {
	const workers = [cluster.fork(), cluster.fork()];
	const addresses = await Promise.all(workers.map(async worker => (await next(worker, 'listening'))[0]));
	say('ready', {port: addresses[0].port, workers: workers.map(worker => worker.process.pid)});
	await untilLine();
	cluster.disconnect();
};

const serve = () => {
	// The primary decides, also where the signal goes to the whole process group.
	process.on('SIGTERM', () => {});
	dgram.createSocket('udp4').bind(0, '127.0.0.1');
};

if (cluster.isPrimary) lead();
else serve();
