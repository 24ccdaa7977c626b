#!/usr/bin/env bash
# Versions: Node 20.20.2 and 26.10.0 (npm package `node`), Linux 6.18.
# Behaviour: connecting to a unix listener whose accept queue is full fails at once with EAGAIN. A backlog of 2 takes
#   three connections, and the fourth fails; over TCP the same connect waits, and is sent again for minutes.
# Seen: unix: 3 connected, then EAGAIN after a few milliseconds; TCP: 3 connected, the fourth is still connecting.
# Source: Linux net/unix/af_unix.c, unix_stream_connect(): with a full queue a non-blocking socket (libuv's all are) gets
#   -EAGAIN from unix_wait_for_peer()'s missing timeout; unix_recvq_full() compares with >, hence one more than asked for.
# Why a good guess is wrong: EAGAIN of a non-blocking connect() reads as "in progress, wait for it to become writable",
#   which POSIX names EINPROGRESS; a retry by the caller is needed, and `server.listen({backlog})` is documented without a
#   word of a difference between the two kinds.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const net = require('node:net');
const path = require('node:path');
const {Worker, isMainThread, parentPort, workerData} = require('node:worker_threads');

if (!isMainThread) {
	const server = net.createServer(() => {}).listen({...workerData, backlog: 2}, () => {
		parentPort.postMessage(server.address());
		// Its event loop does not run from here on.
		setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
	});
} else {
	const probe = async (name, where, to) => {
		const address = await new Promise(resolve => new Worker(__filename, {workerData: where}).once('message', resolve));
		// The message was sent a turn before the worker stands still.
		await new Promise(resolve => setTimeout(resolve, 300));
		let connected = 0;
		const fourth = [];
		for (let count = 0; count < 4; count++) {
			const socket = net.connect(to(address));
			const outcome = new Promise(resolve => {
				socket.once('connect', () => resolve('connected')).once('error', ({code}) => resolve(code));
				setTimeout(resolve, 700, 'still connecting');
			});
			if ((await outcome) === 'connected') connected++;
			else fourth.push(await outcome);
		}
		console.log(`${name}: ${connected} connected, then ${fourth.join(', ')}`);
	};
	(async () => {
		const socketPath = path.join(process.argv[2], `${process.pid}.sock`);
		await probe('unix', {path: socketPath}, () => ({path: socketPath}));
		await probe('TCP', {host: '127.0.0.1', port: 0}, ({port}) => ({host: '127.0.0.1', port}));
		process.exit();
	})();
}
JS

cat >"$dir/expected" <<'TXT'
unix: 3 connected, then EAGAIN
TCP: 3 connected, then still connecting
TXT

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" "$dir" | tee "$dir/seen"
	diff "$dir/expected" "$dir/seen"
done
