'use strict';
// A server whose event loop is blocked from the moment it listens: three connections wait for it.
// At a line on standard input it accepts them; at a second line it ends.
const fs = require('node:fs');
const net = require('node:net');
const {isMainThread, Worker, workerData} = require('node:worker_threads');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const count = 3;

const main = async () => {
	const accepted = [];
	const server = net.createServer(socket => accepted.push(socket));
	const port = await listening(server);
	const gate = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(__filename, {workerData: {gate: gate.buffer, port}});
	await next(worker, 'online');
	Atomics.wait(gate, 0, 0);
	while (accepted.length < count) await next(server, 'connection');
	say('accepted', {servers: accepted.map(describe)});
	await untilLine();
	server.close();
	for (const socket of accepted) socket.destroy();
	await worker.terminate();
};

const connect = async ({gate, port}) => {
	const clients = [];
	for (let index = 0; index < count; index++) {
		const client = net.connect(port, '127.0.0.1');
		client.on('error', () => {});
		await next(client, 'connect');
		clients.push(client);
	}
	say('queued', {port, clients: clients.map(describe)});
	// Not process.stdin: in a thread it is read by the main one, which is blocked.
	fs.read(0, Buffer.alloc(100), 0, 100, null, () => {
		Atomics.store(new Int32Array(gate), 0, 1);
		Atomics.notify(new Int32Array(gate), 0);
	});
};

if (isMainThread) main();
else connect(workerData);
