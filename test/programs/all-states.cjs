'use strict';
// Sockets in every state that TCP has, some of each, beside UDP and unix sockets. all-states-peer.cjs is at their other end.
// Argument: {own, own6, linkLocal, device, peer, peer6, peerLinkLocal, lost, dead, copies} in JSON, where what is sent to the
// addresses `lost` and `dead` does not arrive (`lost`: from the second task on). Tasks are lines: "open", "part", "end".
const dgram = require('node:dgram');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const {blockedServer} = require('./helpers/blocked-server.cjs');
const {say, listening, next, until, describe, describeListener, inodeOf} = require('./helpers/facts.cjs');

const {own, linkLocal, device, peer, peer6, peerLinkLocal, dead, copies} = JSON.parse(process.argv[2]);

/** By scenario. */
const sockets = new Map();
const listeners = [];

const keep = (scenario, socket) => {
	sockets.set(scenario, [...(sockets.get(scenario) ?? []), socket]);
	return socket.on('error', () => {});
};
const all = scenario => sockets.get(scenario) ?? [];

/** The ports are the same in each run: no other process is in the namespace. */
const serve = async (
	scenario,
	port,
	{host = '0.0.0.0', backlog = 511, ipv6Only, ...options},
	onConnection,
) => {
	const server = net.createServer(options, socket => {
		keep(scenario, socket);
		onConnection?.(socket);
	});
	listeners.push(server);
	await listening(server, {host, port, backlog, ipv6Only});
};

const reads = socket => socket.resume();
const halfOpen = {allowHalfOpen: true};
const deaf = {allowHalfOpen: true, pauseOnConnect: true};

const listen = async () => {
	await serve('idle', 7001, {keepAlive: true, keepAliveInitialDelay: 25_000}, reads);
	await serve('unread', 7002, deaf);
	await serve('close-wait', 7003, halfOpen, reads);
	await serve('close-wait unread', 7004, deaf);
	await serve('time-wait', 7005, halfOpen, socket => socket.resume().end());
	await serve('fin-wait-2', 7006, halfOpen, socket => socket.resume().end());
	await serve('fin-wait-2 orphan', 7007, halfOpen, socket => socket.destroy());
	await serve('half-open', 7009, {host: own, backlog: 64});
	await serve('dual', 7010, {host: '::'}, reads);
	await serve('v6only', 7011, {host: '::', ipv6Only: true}, reads);
	await serve('loopback v6', 7012, {host: '::1'}, reads);
	await serve('loopback', 7013, {host: '127.0.0.1', backlog: 1}, reads);
	await serve('link-local', 7014, {host: `${linkLocal}%${device}`}, reads);
	await serve('large backlog', 7015, {backlog: 100_000});
	await serve('fin-wait-1', 7021, deaf);
	await serve('fin-wait-1 orphan', 7022, halfOpen, reads);
	await serve('last-ack', 7023, deaf);
	await serve('last-ack orphan', 7024, halfOpen, reads);
	await serve('closing', 7025, deaf);
	await serve('retransmits', 7026, halfOpen, reads);
	// Time for the report of its listener.
	await blockedServer({host: own, port: 7008, backlog: 4}, 500);
};

const connect = async (scenario, options, onConnect = reads) => {
	const socket = keep(scenario, net.connect({...halfOpen, ...options}));
	await next(socket, 'connect');
	onConnect(socket);
};

const fill = socket => socket.resume().write(Buffer.alloc(8 * 1024 * 1024));

/** All that needs both ways. */
const open = async () => {
	for (let copy = 0; copy < copies; copy++) {
		await connect('client', {host: peer, port: 8001, keepAlive: true, keepAliveInitialDelay: 20_000});
		await connect('client unsent', {host: peer, port: 8002}, fill);
		await connect('client close-wait', {host: peer, port: 8004});
		await connect('client v6', {host: peer6, port: 8001});
		await connect('client ended', {host: peer, port: 8001}, socket => socket.resume().end());
	}

	for (let copy = 0; copy < 3; copy++) {
		await connect('client scoped', {host: `${peerLinkLocal}%${device}`, port: 8001});
		await connect('client mapped', {host: `::ffff:${peer}`, port: 8001});
		await connect('pair v4', {host: '127.0.0.1', port: 7013});
		await connect('pair v6', {host: '::1', port: 7012});
		await connect('pair dual', {host: '127.0.0.1', port: 7010});
		await connect('pair mapped', {host: '::ffff:127.0.0.1', port: 7010});
		keep('client reset', net.connect({host: peer, port: 8003}));
		keep('client refused', net.connect({host: peer, port: 8099}));
	}

	const gone = [...all('client reset'), ...all('client refused')];
	await until(() => gone.every(socket => socket.destroyed));
};

/** Packets to `lost` are lost by now. */
const part = async () => {
	for (const scenario of ['fin-wait-1', 'last-ack', 'last-ack orphan', 'closing']) {
		for (const socket of all(scenario)) socket.end();
	}

	for (const socket of all('fin-wait-1 orphan')) {
		socket.write('unheard');
		socket.destroy();
	}

	for (const socket of all('retransmits')) socket.write(Buffer.alloc(1000));
	for (let copy = 0; copy < copies; copy++) keep('syn-sent', net.connect({host: dead, port: 8001}));
	const gone = [...all('last-ack orphan'), ...all('fin-wait-1 orphan')];
	await until(() => gone.every(socket => inodeOf(socket) === null));
	await until(() =>
		all('syn-sent').every(socket => socket.localAddress !== undefined || inodeOf(socket) !== null),
	);
};

const others = {udp: [], unix: []};

const openOthers = async directory => {
	const bind = async (kind, ...where) => {
		const socket = dgram.createSocket(kind).bind(...where);
		await next(socket, 'listening');
		others.udp.push(socket);
		return socket;
	};
	await bind('udp4', 7101, '0.0.0.0');
	await bind('udp4', 7102, own);
	await bind('udp6', 7103, '::');
	const connected = await bind('udp4', 7104);
	connected.connect(7999, peer);
	await next(connected, 'connect');

	const server = net.createServer(socket => others.unix.push(socket.resume()));
	server.listen(path.join(directory, 'x.sock'));
	await next(server, 'listening');
	others.unix.push(server);
	for (let copy = 0; copy < 3; copy++) {
		const client = net.connect(path.join(directory, 'x.sock'));
		await next(client, 'connect');
		others.unix.push(client.resume());
	}

	await until(() => others.unix.length === 7);
};

/** Node has no peer address of a pending connection. */
const aimOf = scenario => (scenario === 'syn-sent' ? {peer: {address: dead, port: 8001, family: 4}} : {});

const report = fact => {
	const living = [...sockets].flatMap(([scenario, list]) =>
		list
			.filter(socket => inodeOf(socket) !== null)
			.map(socket => ({scenario, ...describe(socket), ...aimOf(scenario)})),
	);
	const counts = Object.fromEntries([...sockets].map(([scenario, list]) => [scenario, list.length]));
	say(fact, {
		...{pid: process.pid, counts, living},
		listeners: listeners.map(describeListener),
		udp: others.udp.map(inodeOf),
		unix: others.unix.map(inodeOf),
	});
};

const main = async () => {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'target-'));
	process.on('exit', () => fs.rmSync(directory, {recursive: true, force: true}));
	await listen();
	await openOthers(directory);
	say('listening', {pid: process.pid});
	for await (const line of readline.createInterface({input: process.stdin})) {
		if (line === 'open') await open();
		if (line === 'part') await part();
		if (line === 'end') break;
		report(line);
	}

	process.exit();
};

main();
