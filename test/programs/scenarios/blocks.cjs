'use strict';
// A server whose event loop is blocked from its second connection on. Arguments: the backlog, for how long (ms).
const net = require('node:net');
const {say} = require('../helpers/facts.cjs');

const [backlog, ms] = process.argv.slice(2).map(Number);
let accepted = 0;
const server = net.createServer(socket => {
	socket.on('error', () => {}).resume();
	accepted++;
	// In the next turn: the connections accepted by then are reported.
	if (accepted === 1) say('accepted');
	if (accepted === 2) setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms), 100);
});
server.listen({host: process.env.HOST ?? '127.0.0.1', port: 0, backlog}, () =>
	say('ready', {port: server.address().port}),
);
