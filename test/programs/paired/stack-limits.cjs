'use strict';
// Error.stackTraceLimit as the program sets it, while sockets come and go; the last one is unhandled.
const net = require('node:net');
const {listening, next} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => {
		console.log('accepted', new Error('in the listener').stack?.split('\n').length, Error.stackTraceLimit);
		socket.end('bye').resume();
	});
	await listening(server);
	for (const limit of [0, 1, 3, Number.POSITIVE_INFINITY, 'nonsense', undefined]) {
		Error.stackTraceLimit = limit;
		const client = net.connect({host: 'localhost', family: 4, port: server.address().port});
		client.on('connect', () => console.log('connect', new Error('here').stack?.split('\n').length));
		client.resume();
		await next(client, 'close');
		console.log(Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit'));
	}

	delete Error.stackTraceLimit;
	const client = net.connect(server.address().port, '127.0.0.1');
	await next(client.resume(), 'close');
	console.log('stackTraceLimit' in Error);
	server.close();
	Error.stackTraceLimit = Number(process.argv[2]);
	net.connect(1, '127.0.0.1');
};
main();
