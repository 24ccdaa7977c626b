'use strict';
// A pair over a unix socket in a directory of its own, which is removed at the end.
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const {say, untilLine, next, inodeOf} = require('./helpers/facts.cjs');

const main = async () => {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'target-'));
	process.on('exit', () => fs.rmSync(directory, {recursive: true, force: true}));
	const where = path.join(directory, 'x.sock');
	const server = net.createServer(socket => socket.pipe(socket));
	server.listen(where);
	await next(server, 'listening');
	const accepted = next(server, 'connection');
	const client = net.connect(where);
	const [[serverSide]] = await Promise.all([accepted, next(client, 'connect')]);
	client.write('hello');
	await next(client, 'data');
	client.resume();
	say('ready', {
		path: where,
		listener: {inode: inodeOf(server)},
		client: {inode: inodeOf(client), bytesRead: client.bytesRead, bytesWritten: client.bytesWritten},
		server: {
			inode: inodeOf(serverSide),
			bytesRead: serverSide.bytesRead,
			bytesWritten: serverSide.bytesWritten,
		},
	});
	await untilLine();
	server.close();
	client.end();
};

main();
