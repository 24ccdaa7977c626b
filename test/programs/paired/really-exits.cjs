'use strict';
// A process.exit and a process.reallyExit of its own, as tools for coverage and for clean-up have them.
const net = require('node:net');
const {listening, pair} = require('./sockets.cjs');

const {exit, reallyExit} = process;
process.reallyExit = (code, ...rest) => {
	console.log(`reallyExit ${code}, more ${rest.length}`);
	reallyExit.call(process, code);
};
process.exit = code => {
	console.log(`exit is asked for: ${code}`);
	exit.call(process, code);
};
process.on('exit', code => console.log(`exit ${code}`));

const main = async () => {
	const server = net.createServer();
	await listening(server);
	await pair(server);
	process.exit(11);
};
main();
