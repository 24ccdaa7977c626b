'use strict';
// Long stack traces of async functions, with the limits and the flags that the command line gives.
const {once} = require('node:events');
const net = require('node:net');

const levels = async depth => {
	if (depth > 0) return await levels(depth - 1);
	const socket = net.connect(1, '127.0.0.1');
	await once(socket, 'connect');
};
const recurse = depth => (depth > 0 ? recurse(depth - 1) : new Error('from the depth'));

const main = async () => {
	console.log(recurse(30).stack.split('\n').length, Error.stackTraceLimit);
	try {
		await levels(20);
	} catch (error) {
		console.log(
			error.stack
				.split('\n')
				.slice(1)
				.map(line => line.trim().split(' (')[0])
				.join('\n'),
		);
		throw new Error('wrapped', {cause: error});
	}
};
main();
