// Threads: the main one serves, two others ask. Each thread has an event loop and sockets of its own.
//
//     netwatch -- node examples/worker-threads.js
//
// It ends by itself after two minutes; --seconds changes that.
import {once} from 'node:events';
import net from 'node:net';
import {isMainThread, threadId, Worker, workerData} from 'node:worker_threads';
import {readNumbers} from './support/arguments.js';

if (isMainThread) await serve();
else ask();

async function serve() {
	const {seconds} = readNumbers({seconds: 120});
	const server = net.createServer(socket => {
		socket.on('error', () => {});
		socket.pipe(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');

	const {port} = server.address();
	const threads = [1, 2].map(() => new Worker(new URL(import.meta.url), {workerData: {port}}));
	console.log(`two threads talk to 127.0.0.1:${port}`);

	const end = async () => {
		await Promise.all(threads.map(thread => thread.terminate()));
		server.close();
	};
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
	process.stdout.on('error', end);
	setTimeout(end, seconds * 1000).unref();
	await once(server, 'close');
	console.log('the threads are over');
}

/** Keeps one connection busy, and opens a second one for a moment now and then. */
function ask() {
	const steady = connect();
	setInterval(() => steady.write(`thread ${threadId} is here\n`), 500);
	setInterval(() => connect().end('just a moment\n'), 3000);
}

function connect() {
	const socket = net.connect(workerData.port, '127.0.0.1');
	socket.on('error', () => {});
	return socket.resume();
}
