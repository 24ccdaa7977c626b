// A cluster: the primary process owns the listening socket and hands the connections to its workers in turn.
// The primary is also the client here, a gentle one, so that there is something to see.
//
//     netwatch -- node examples/cluster.js
//
// It ends by itself after two minutes; --seconds changes that, --workers how many workers there are (2 to 16).
import cluster from 'node:cluster';
import {once} from 'node:events';
import http from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import {readNumbers} from './support/arguments.js';

if (cluster.isPrimary) await lead();
else serve();

async function lead() {
	const {seconds, workers} = readNumbers({seconds: 120, workers: 2});
	const ending = new AbortController();
	const end = () => ending.abort();
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
	process.stdout.on('error', end);
	setTimeout(end, seconds * 1000).unref();

	// Not cluster.workers: that forgets a worker as soon as it is disconnected, although it may still run.
	const forked = Array.from({length: Math.min(workers, 16)}, () => cluster.fork());
	const port = await firstPort(ending.signal);
	if (port !== null) {
		console.log(`${forked.length} workers serve http://127.0.0.1:${port}/`);
		await ask(port, ending.signal);
	}

	cluster.disconnect();
	// A worker ends when its last connection is closed; that of another process may stay open for long.
	setTimeout(() => {
		for (const worker of forked) worker.process.kill('SIGKILL');
	}, 1000).unref();
	console.log('the cluster is over');
}

/** The port that the workers share; null where the end comes first, or where none of them can listen. */
async function firstPort(signal) {
	try {
		const [, address] = await Promise.race([
			once(cluster, 'listening', {signal}),
			once(cluster, 'exit', {signal}).then(() => []),
		]);
		return address?.port ?? null;
	} catch {
		return null;
	}
}

/** Sends a request every quarter of a second; every eighth gets a connection of its own. */
async function ask(port, signal) {
	const agent = new http.Agent({keepAlive: true, maxSockets: 4});
	const answers = new Map();
	for (let count = 1; !signal.aborted; count++) {
		const options = {
			host: '127.0.0.1',
			port,
			path: `/jobs/${count}`,
			agent: count % 8 === 0 ? false : agent,
			signal,
		};
		const request = http.get(options, response => {
			const worker = response.headers['x-worker'];
			answers.set(worker, (answers.get(worker) ?? 0) + 1);
			response.on('error', () => {}).resume();
		});
		request.on('error', error => {
			if (!signal.aborted) console.log(`/jobs/${count}: ${error.code ?? error.message}`);
		});
		if (count % 20 === 0)
			console.log(`answers so far: ${[...answers].map(([id, n]) => `worker ${id} ${n}`).join(', ')}`);
		await sleep(250, undefined, {signal}).catch(() => {});
	}
	agent.destroy();
}

function serve() {
	// Ctrl-C reaches every process of the terminal; the primary is the one that decides.
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
	const server = http.createServer((_request, response) => {
		response.setHeader('x-worker', String(cluster.worker.id));
		const ms = 20 + Math.random() * 400;
		setTimeout(() => response.end('done\n'), ms);
	});
	server.listen(0, '127.0.0.1');
}
