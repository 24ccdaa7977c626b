'use strict';
// Threads that stand in Atomics.wait, talk by ports, and share an event loop's idle time.
const net = require('node:net');
const {once} = require('node:events');
const {
	isMainThread,
	MessageChannel,
	receiveMessageOnPort,
	Worker,
	workerData,
} = require('node:worker_threads');
const {listening, pair} = require('./sockets.cjs');

const serve = async ({gate, port}) => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	const result = Atomics.wait(new Int32Array(gate), 0, 0);
	port.postMessage({result, destroyed: client.destroyed});
	client.destroy();
	serverSide.destroy();
	server.close();
	port.close();
};

const main = async () => {
	const gate = new SharedArrayBuffer(4);
	const {port1, port2} = new MessageChannel();
	const worker = new Worker(__filename, {workerData: {gate, port: port2}, transferList: [port2]});
	const exit = once(worker, 'exit');
	await once(worker, 'online');
	setTimeout(() => {
		Atomics.store(new Int32Array(gate), 0, 1);
		Atomics.notify(new Int32Array(gate), 0);
	}, 300);
	const [message] = await once(port1, 'message');
	console.log(message.destroyed, ['ok', 'not-equal'].includes(message.result), receiveMessageOnPort(port1));
	console.log(await exit);
	console.log(typeof worker.performance.eventLoopUtilization().idle);
};
if (isMainThread) main();
else serve(workerData);
