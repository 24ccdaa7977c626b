'use strict';
// A connection whose server end a child has inherited, without an object for it, and which JavaScript destroys at a line on
// standard input; at the next one, the child ends.
const {spawn} = require('node:child_process');
const net = require('node:net');

const server = net.createServer(socket => {
	socket.once('data', () => {
		const child = spawn('sleep', ['30'], {stdio: [socket, 'ignore', 'ignore']});
		process.stdin.once('data', () => {
			socket.destroy();
			process.stdin.once('data', () => child.kill());
		});
	});
});
server.listen(0, '127.0.0.1', () => {
	net.connect(server.address().port, '127.0.0.1').resume().write('hello');
});
setTimeout(() => process.exit(124), 30_000).unref();
