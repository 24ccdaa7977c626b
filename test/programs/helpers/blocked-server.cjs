'use strict';
// A listener whose event loop is blocked, in a thread of its own: the kernel completes connections for it until
// the accept queue is full (backlog + 1 of them) and drops every SYN from then on.
const net = require('node:net');
const {isMainThread, parentPort, Worker, workerData} = require('node:worker_threads');

/**
 * Starts it; resolves when it listens and is blocked.
 *
 * @param {{host: string, port?: number, backlog?: number}} options as for server.listen()
 * @param {number} idleMs how long it listens before it is blocked
 * @returns {Promise<{port: number, release: () => void, worker: Worker}>} release() lets it accept and answer
 */
const blockedServer = (options, idleMs = 0) => {
	const gate = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(__filename, {workerData: {gate: gate.buffer, options, idleMs}});
	return new Promise((resolve, reject) => {
		worker.on('error', reject);
		worker.once('message', port => resolve({port, release: () => release(gate), worker}));
	});
};

const release = gate => {
	Atomics.store(gate, 0, 1);
	Atomics.notify(gate, 0);
};

/**
 * An address of this machine that never answers: a blocked server whose accept queue is full.
 *
 * @param {{host: string, port?: number}} options as for server.listen()
 * @returns {Promise<{port: number, fillers: net.Socket[], worker: Worker}>} terminate the worker to end it
 */
const blackhole = async options => {
	const {port, worker} = await blockedServer({...options, backlog: 1});
	const fill = () =>
		new Promise(resolve => {
			const filler = net.connect({...options, port}, () => resolve(filler));
			filler.on('error', () => {});
		});
	const fillers = await Promise.all([fill(), fill()]);
	return {port, fillers, worker};
};

const serve = ({gate, options, idleMs}) => {
	const server = net.createServer(socket => {
		socket.on('error', () => {}).resume();
		socket.end('at last\n');
	});
	server.listen({port: 0, ...options}, () => {
		setTimeout(() => {
			parentPort.postMessage(server.address().port);
			Atomics.wait(new Int32Array(gate), 0, 0);
		}, idleMs);
	});
};

if (!isMainThread && workerData?.gate) serve(workerData);

module.exports = {blockedServer, blackhole};
