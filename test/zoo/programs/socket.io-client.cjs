'use strict';
const {io} = require('socket.io-client');
const {hold} = require('./hold.cjs');

(async () => {
	const socket = io(`http://127.0.0.1:${process.env.SOCKET_IO_PORT}`, {forceNew: true});
	// It begins with long polling, and goes over to a WebSocket.
	const upgraded = new Promise(resolve => socket.io.engine.once('upgrade', ({name}) => resolve(name)));
	await new Promise(resolve => socket.once('connect', resolve));
	console.log('upgraded', await upgraded);
	console.log('sum', await socket.emitWithAck('sum', 40, 2));
	const shouted = new Promise(resolve => socket.once('shouted', resolve));
	socket.emit('shout', 'hello');
	console.log('shouted', await shouted);
	await hold();
	socket.close();
	console.log('closed');
})();
