'use strict';
// The other end of all-states.cjs. Its servers: 8001 holds what comes, 8002 never reads, 8003 resets, 8004 ends at once.
// Each line on standard input is a task in JSON: {connect: {host, port, from, count, write, end, answer, wait}} opens connections
// to a port, {end: PORT} ends those, {leave: PORT} destroys them.
const net = require('node:net');
const readline = require('node:readline');
const {say, listening} = require('./helpers/facts.cjs');

const opened = new Map();
const held = new Set();

const serve = (port, options, onConnection) => {
	const server = net.createServer({allowHalfOpen: true, ...options}, socket => {
		held.add(socket.on('error', () => {}));
		onConnection(socket);
	});
	return listening(server, {host: '::', port, backlog: 511});
};

const connect = ({host, port, from, count, write = 0, end = false, answer = false, wait = true}) => {
	const sockets = Array.from({length: count}, () => {
		const socket = net.connect({host, port, localAddress: from, allowHalfOpen: true});
		socket.on('error', () => {}).resume();
		if (write > 0) socket.write(Buffer.alloc(write));
		if (end) socket.end();
		if (answer) socket.once('end', () => socket.end());
		return socket;
	});
	opened.set(port, [...(opened.get(port) ?? []), ...sockets]);
	return wait ? Promise.all(sockets.map(socket => new Promise(done => socket.once('connect', done)))) : null;
};

const tasks = {
	connect,
	end: port => opened.get(port).map(socket => socket.end()),
	leave: port => opened.get(port).map(socket => socket.destroy()),
};

const main = async () => {
	await serve(8001, {}, socket => socket.resume());
	await serve(8002, {pauseOnConnect: true}, () => {});
	await serve(8003, {}, socket => socket.resetAndDestroy());
	await serve(8004, {}, socket => socket.resume().end());
	say('serving');
	for await (const line of readline.createInterface({input: process.stdin})) {
		const [name, argument] = Object.entries(JSON.parse(line))[0];
		await tasks[name](argument);
		say('done');
	}

	process.exit();
};

main();
