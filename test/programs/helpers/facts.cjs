'use strict';
// Shared by the targets: printing facts, and ending.
// Crash fixtures do not use this: their stack traces must be their own.
const fs = require('node:fs');
const net = require('node:net');

// A test that forgets a target must not leave it behind.
const patienceMs = Number(process.env.TARGET_PATIENCE_MS ?? 30_000);
setTimeout(() => process.exit(124), patienceMs).unref();

/** Prints a fact as one JSON line, at once. `at` is in milliseconds since the epoch, with fraction. */
const say = (fact, fields = {}) => {
	const at = performance.timeOrigin + performance.now();
	// Not console.log: process.stdout would be one more socket of this process where it is a pipe.
	fs.writeSync(1, `${JSON.stringify({fact, at, ...fields})}\n`);
};

/**
 * Resolves at the first bytes on standard input, a line as a rule, or at SIGTERM. The end of input does not count.
 * `more`: standard input is read again later.
 */
const untilLine = ({more = false} = {}) =>
	new Promise(resolve => {
		const finish = () => {
			if (more) process.stdin.pause();
			else process.stdin.destroy();
			resolve();
		};
		// Not once(): it may come twice, from the parent and to the whole process group.
		process.on('SIGTERM', finish);
		process.stdin
			.on('error', () => {})
			.once('data', finish)
			.resume();
	});

/** Resolves with the port once the server listens on this machine, on a free port by default. */
const listening = (server, options) =>
	new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({host: '127.0.0.1', port: 0, ...options}, () => resolve(server.address().port));
	});

/** Resolves with the arguments of the next event of this name. */
const next = (emitter, name) => new Promise(resolve => emitter.once(name, (...values) => resolve(values)));

/** Resolves once the condition holds; checked in each turn of the event loop. */
const until = async condition => {
	while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
};

const address = (host, port) => (host === undefined ? null : {address: host, port, family: net.isIP(host)});

/** A UDP socket keeps its handle in its state; Node 26 has removed `_handle`, which led there (DEP0112). */
const handleOf = thing => {
	const state = Object.getOwnPropertySymbols(thing).find(({description}) => description === 'state symbol');
	return state ? thing[state].handle : thing._handle;
};

/** The inode of a socket or of a listening server, as `ss -e` prints it; null where it has no descriptor. */
const inodeOf = thing => {
	const fd = handleOf(thing)?.fd ?? -1;
	return fd < 0 ? null : fs.fstatSync(fd).ino;
};

/** The process view of a socket, in the words of the record format. */
const describe = socket => ({
	local: address(socket.localAddress, socket.localPort),
	peer: address(socket.remoteAddress, socket.remotePort),
	inode: inodeOf(socket),
	bytesRead: socket.bytesRead,
	bytesWritten: socket.bytesWritten,
	readyState: socket.readyState,
	writableLength: socket.writableLength,
	writableHighWaterMark: socket.writableHighWaterMark,
	needDrain: socket.writableNeedDrain,
	readableLength: socket.readableLength,
	paused: socket.isPaused(),
});

/** The process view of a listening server. */
const describeListener = server => {
	const {address: host, port} = server.address();
	return {local: address(host, port), inode: inodeOf(server)};
};

/** Connects a client to the server, which listens already; resolves with both ends of the connection. */
const pair = async (server, options) => {
	const accepted = next(server, 'connection');
	const client = net.connect({host: '127.0.0.1', port: server.address().port, ...options});
	const [[serverSide]] = await Promise.all([accepted, next(client, 'connect')]);
	return {client, serverSide};
};

module.exports = {say, untilLine, listening, next, until, inodeOf, describe, describeListener, pair};
