'use strict';
// A cluster, by turns or with a shared handle: its events, its workers' listeners, how it ends.
const cluster = require('node:cluster');
const net = require('node:net');
const {listening, next, note, textOf} = require('./sockets.cjs');

cluster.schedulingPolicy = process.argv[2] === 'shared' ? cluster.SCHED_NONE : cluster.SCHED_RR;

const lead = async () => {
	cluster.setupPrimary({args: process.argv.slice(2), execArgv: ['--no-warnings']});
	const worker = cluster.fork({OWN: 'value'});
	for (const event of ['fork', 'online', 'listening', 'disconnect', 'exit']) {
		cluster.on(event, (_worker, code) => note('primary', event, event === 'exit' ? code : ''));
	}
	worker.on('message', message => note('worker', message));
	const [address] = await next(worker, 'listening');
	note('primary', Object.keys(address), address.addressType);
	note('client', await textOf(net.connect(address.port, '127.0.0.1')));
	worker.send('busy?');
	await next(worker, 'message');
	const failing = cluster.fork();
	await next(failing, 'listening');
	failing.kill('SIGKILL');
	await next(cluster, 'exit');
	worker.disconnect();
	await next(cluster, 'exit');
	console.log(Object.keys(cluster.workers), process.getActiveResourcesInfo());
};

const serve = async () => {
	process.on('message', message => process.send(`${message} ${process.execArgv} ${process.env.OWN}`));
	const server = net.createServer(socket => socket.end(`${process.env.OWN}`));
	await listening(server);
	const busy = net.createServer().on('error', ({code}) => console.log('never printed', code));
	busy.unref();
};
if (cluster.isPrimary) lead();
else serve();
