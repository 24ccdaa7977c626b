'use strict';
// A monitor of uncaught exceptions, and a callback that captures them.
const net = require('node:net');
const {listening, note} = require('./sockets.cjs');

process.on('uncaughtExceptionMonitor', (error, origin) => note('monitor', error.message, origin));
process.on('unhandledRejection', reason => note('rejection', reason.message));

const main = async () => {
	const server = net.createServer(socket => socket.end('bye'));
	await listening(server);
	process.setUncaughtExceptionCaptureCallback(error => {
		note('captured', error.stack.replaceAll(/\(.*\)|at \/.*/g, ''));
		process.setUncaughtExceptionCaptureCallback(null);
		server.close();
		Promise.reject(new Error('no handler waits for this'));
		setTimeout(() => net.connect(1, '127.0.0.1'), 20);
	});
	net.connect(server.address().port, '127.0.0.1', () => {
		throw new Error('thrown in a connect listener');
	});
};
main();
