'use strict';
// Has an Error.prepareStackTrace of its own, which prints a line on each call: only the program itself may cause one.
const net = require('node:net');

Error.prepareStackTrace = error => {
	console.log(`prepareStackTrace ran for: ${error.message}`);
	return 'a stack of its own';
};

const server = net.createServer(socket => socket.end('bye'));
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.resume();
	client.on('close', () => {
		console.log(new Error('the one that was asked for').stack);
		server.close();
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
