'use strict';
// Unix sockets. First argument: `full`, five clients of a listener with a backlog of 2 whose process does not accept;
// `long`, two listeners whose paths have their first 107 bytes in common. Second argument: the directory.
const {fork} = require('node:child_process');
const net = require('node:net');
const path = require('node:path');
const {say, untilLine} = require('../helpers/facts.cjs');

const [, , what, directory] = process.argv;

const full = async () => {
	const socketPath = path.join(directory, 'full.sock');
	const server = fork(__filename, ['blocked', directory], {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
	await new Promise(resolve => server.once('message', resolve));
	for (let count = 0; count < 5; count++)
		net
			.connect(socketPath)
			.on('error', () => {})
			.resume();
	say('connecting', {path: socketPath});
	await untilLine();
	server.kill('SIGKILL');
	process.exit();
};

const blocked = () => {
	net
		.createServer(socket => socket.resume())
		.listen({path: path.join(directory, 'full.sock'), backlog: 2}, () => {
			// From here on its event loop does not run.
			process.send('listening', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000));
		});
};

const long = async () => {
	const start = path.join(directory, 'x'.repeat(200)).slice(0, 110);
	const paths = [`${start}-first.sock`, `${start}-second.sock`];
	const servers = [];
	for (const each of paths) {
		const server = net.createServer();
		servers.push(server);
		await new Promise(resolve => server.once('error', resolve).listen(each, resolve));
	}
	say('tried', {paths});
	await untilLine();
	for (const server of servers) server.close();
};

({full, blocked, long})[what]();
