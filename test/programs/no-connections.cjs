'use strict';
// Streams that are sockets to Node and no connections: its standard streams, those of a child, an IPC channel, a FIFO.
const {execFileSync, fork, spawn} = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const {say, untilLine, next} = require('./helpers/facts.cjs');

const lead = async () => {
	process.stderr.write('a line\n');
	const cat = spawn('cat', {stdio: 'pipe'});
	cat.stdin.write('through a pipe');
	await next(cat.stdout, 'data');
	const child = fork(__filename, ['child']);
	await next(child, 'message');
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fifo-'));
	const fifo = path.join(directory, 'fifo');
	execFileSync('mkfifo', [fifo]);
	const socket = new net.Socket({fd: fs.openSync(fifo, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)});
	socket.write('through a named pipe');
	await next(socket, 'data');
	say('ready', {pid: process.pid, child: child.pid});
	await untilLine();
	socket.destroy();
	fs.rmSync(directory, {recursive: true});
	cat.stdin.end();
	child.disconnect();
};

const serve = () => {
	// The parent decides, also where the signal goes to the whole process group.
	process.on('SIGTERM', () => {});
	process.on('message', () => {});
	process.send('here');
};

if (process.argv[2] === 'child') serve();
else lead();
