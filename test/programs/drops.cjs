'use strict';
// Prints the stack of a 'drop' listener, and what a handle shows of itself: both as ever.
const net = require('node:net');

const server = net.createServer();
server.maxConnections = 1;
server.on('drop', names => {
	const shown = [];
	for (const name in server._handle) shown.push(name);
	const {name, length} = server._handle.getsockname;
	const {stack} = new Error('dropped');
	console.log(
		JSON.stringify({stack: stack.split('\n'), shown, name, length, names: Object.keys(names)}, null, 1),
	);
	process.exit(0);
});
server.listen(0, '127.0.0.1', 9, () => {
	const {port} = server.address();
	console.log(JSON.stringify([Object.keys(server._handle), Object.keys(server)]));
	net.connect(port, '127.0.0.1', () => net.connect(port, '127.0.0.1'));
});
setTimeout(() => process.exit(124), 30_000).unref();
