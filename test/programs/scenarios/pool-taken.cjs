// Opens FIFOs that no process writes to: each takes a thread of libuv's pool for as long as it lasts. Then it connects to
// a name. At "end" on standard input it opens them for writing, so that the threads return.
const {execFileSync} = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const {tmpdir} = require('node:os');
const {join} = require('node:path');

const directory = fs.mkdtempSync(join(tmpdir(), 'pool-'));
const fifos = ['a', 'b', 'c', 'd'].map(name => join(directory, name));
execFileSync('mkfifo', fifos);
for (const fifo of fifos) fs.open(fifo, 'r', () => {});
const server = net
	.createServer(socket => socket.end())
	.listen(0, '127.0.0.1', () => {
		net.connect(server.address().port, 'localhost').on('error', () => {});
	});
process.stdin.once('data', () => {
	for (const fifo of fifos) fs.openSync(fifo, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
	fs.rmSync(directory, {recursive: true});
	process.stdin.destroy();
	server.close();
});
