'use strict';
// A server in a worker thread, its client in the main one.
const net = require('node:net');
const {isMainThread, parentPort, threadId, Worker} = require('node:worker_threads');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const worker = new Worker(__filename);
	const [port] = await next(worker, 'message');
	const client = net.connect(port, '127.0.0.1');
	client.write('hello');
	await next(client, 'data');
	client.resume();
	say('ready', {
		pid: process.pid,
		thread: threadId,
		workerThread: worker.threadId,
		port,
		client: describe(client),
	});
	await untilLine();
	client.end();
	await next(client, 'close');
	await worker.terminate();
};

const serve = async () => {
	const server = net.createServer(socket => {
		socket.once('data', bytes => {
			say('accepted', {pid: process.pid, thread: threadId, server: describe(socket)});
			socket.write(bytes);
			socket.resume();
		});
	});
	parentPort.postMessage(await listening(server));
};

if (isMainThread) main();
else serve();
