'use strict';
// Replaces methods of arrays, maps, strings, buffers and functions by ones that count the calls from outside of Node.
const net = require('node:net');
const {listening, pair} = require('./sockets.cjs');

const counts = {};
const count = (name, prototype, keys) => {
	for (const key of keys) {
		const original = prototype[key];
		prototype[key] = function (...values) {
			// A caller that is neither this file nor Node's own library.
			const frames = new Error('caller').stack.split('\n').slice(2, 3).join();
			if (!/node:|replaced-builtins|support\.cjs/.test(frames) && frames !== '') {
				counts[`${name}.${key}`] = 'was called from elsewhere';
			}

			return original.apply(this, values);
		};
	}
};

const main = async () => {
	const server = net.createServer();
	await listening(server);
	count('Array', Array.prototype, ['push', 'pop', 'at', 'includes', 'find', 'sort']);
	count('Map', Map.prototype, ['get', 'set', 'has']);
	count('String', String.prototype, ['search', 'slice']);
	count('Buffer', Buffer.prototype, ['copy', 'write', 'writeUInt32LE', 'writeDoubleLE']);
	const {client, serverSide} = await pair(server);
	client.write('hello');
	// Several ticks of the hook pass.
	await new Promise(resolve => setTimeout(resolve, 300));
	client.destroy();
	serverSide.destroy();
	server.close();
	process.on('exit', () => console.log(counts));
};
main();
