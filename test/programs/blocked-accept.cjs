'use strict';
// A client connects to a server of a thread of its own while that server's event loop is blocked for 400 ms; then the
// server answers after a while. Arguments: how long it is blocked (400), how long it thinks (150), in milliseconds.
const net = require('node:net');
const {isMainThread, parentPort, Worker, workerData} = require('node:worker_threads');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const main = async () => {
	const [blockedMs = 400, thinksMs = 150] = process.argv.slice(2).map(Number);
	const worker = new Worker(__filename, {workerData: {blockedMs, thinksMs}});
	const [port] = await next(worker, 'message');
	worker.postMessage('block');
	await next(worker, 'message');
	const client = net.connect(port, '127.0.0.1');
	client.write('ask');
	await next(client, 'data');
	say('answered', {client: describe(client)});
	await untilLine();
	client.end();
	await next(client, 'close');
	await worker.terminate();
};

const serve = async ({blockedMs, thinksMs}) => {
	const server = net.createServer(socket => {
		socket.once('data', () => setTimeout(() => socket.write('answer'), thinksMs));
		socket.on('end', () => socket.end());
	});
	parentPort.postMessage(await listening(server));
	await next(parentPort, 'message');
	// The main thread gets the message while this one is blocked.
	parentPort.postMessage('blocked');
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs);
};

if (isMainThread) main();
else serve(workerData);
