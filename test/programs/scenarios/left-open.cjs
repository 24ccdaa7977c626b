'use strict';
// A connection whose server end a child has inherited, without an object for it, and which JavaScript then destroys.
const {spawn} = require('node:child_process');
const net = require('node:net');

const server = net.createServer(socket => {
	socket.once('data', () => {
		const child = spawn('sleep', ['30'], {stdio: [socket, 'ignore', 'ignore']});
		// The socket is reported before it is destroyed.
		setTimeout(() => socket.destroy(), 300);
		process.stdin.once('data', () => child.kill());
		child.once('exit', () => setTimeout(() => process.exit(), 10_000));
	});
});
server.listen(0, '127.0.0.1', () => {
	net.connect(server.address().port, '127.0.0.1').resume().write('hello');
});
setTimeout(() => process.exit(124), 30_000).unref();
