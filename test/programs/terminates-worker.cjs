'use strict';
// A worker thread with a listener and a connection is terminated at a line on standard input; the process goes on.
const net = require('node:net');
const {isMainThread, parentPort, Worker} = require('node:worker_threads');
const {say, untilLine, listening, next, pair, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const worker = new Worker(__filename);
	const [facts] = await next(worker, 'message');
	say('ready', {pid: process.pid, workerThread: worker.threadId, ...facts});
	await untilLine();
	await worker.terminate();
	say('terminated');
	// Until it is ended from outside.
	setInterval(() => {}, 1000);
};

const serve = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	parentPort.postMessage({client: describe(client), server: describe(serverSide)});
};

if (isMainThread) main();
else serve();
