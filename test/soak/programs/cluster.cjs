'use strict';
// A cluster of two workers behind one port, one of which is replaced now and then; SIGTERM ends it in order.
const cluster = require('node:cluster');
const http = require('node:http');
const {createHttpServer, pathOf, upload} = require('./http-server.cjs');
const {again, count, isOver, report, together, wait} = require('./load.cjs');

const once = (emitter, event) => new Promise(resolve => emitter.once(event, (...values) => resolve(values)));

const serve = () => {
	const server = createHttpServer().listen(0, '127.0.0.1');
	let isStopping = false;
	server.prependListener('request', (_request, response) => {
		// A client with more requests is to send them to another worker.
		if (isStopping) response.setHeader('connection', 'close');
	});
	process.on('SIGTERM', () => {
		isStopping = true;
		// close() ends connections that rest, and a request may just be on its way in one of them.
		setTimeout(() => {
			// The primary gets the message first: a connection that it hands to a worker which is gone would wait for ever.
			cluster.worker.once('disconnect', () => server.closeIdleConnections()).disconnect();
		}, 1000);
	});
};

const lead = async () => {
	const fork = async () => {
		const worker = cluster.fork();
		const [{port}] = await once(worker, 'listening');
		return {worker, port};
	};
	let workers = await Promise.all([fork(), fork()]);
	const [{port}] = workers;
	const agent = new http.Agent({keepAlive: true, maxSockets: 10});
	const ask = path =>
		new Promise(resolve => {
			const method = path === '/upload' ? 'POST' : 'GET';
			const request = http.request({host: '127.0.0.1', port, path, method, agent}, response => {
				response.resume().once('close', resolve);
				response.once('end', () => count('requests'));
			});
			// A connection that a worker closes while a request is on its way: an ordinary client tries again.
			request.once('error', () => {
				count('again');
				resolve();
			});
			request.end(method === 'POST' ? upload : undefined);
		});
	let serial = 0;
	process.once('SIGTERM', () => {
		agent.destroy();
		for (const {worker} of workers) worker.process.kill('SIGTERM');
	});
	await Promise.all([
		together(8, () => again(() => ask(pathOf(serial++)), 30)),
		again(async () => {
			await wait(4000);
			if (isOver()) return;
			const [oldest, ...others] = workers;
			workers = [...others, await fork()];
			const exit = once(oldest.worker, 'exit');
			oldest.worker.process.kill('SIGTERM');
			await exit;
			count('replaced');
		}, 1000),
	]);
	const exits = workers.map(({worker}) => once(worker, 'exit'));
	process.kill(process.pid, 'SIGTERM');
	await Promise.all(exits);
	report();
};

if (cluster.isPrimary) lead();
else serve();
