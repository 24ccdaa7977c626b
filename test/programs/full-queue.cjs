'use strict';
// A blocked server whose accept queue (backlog 2) is full: one client after the other is refused by it, unseen. Beside
// it two servers at one port, of IPv4 and of IPv6 alone, the first of which has accepted three connections.
// A line on standard input ends it.
const net = require('node:net');
const {blockedServer} = require('./helpers/blocked-server.cjs');
const {say, untilLine, listening, next, describeListener} = require('./helpers/facts.cjs');

const main = async () => {
	const {port, worker} = await blockedServer({host: '127.0.0.1', backlog: 2}, 500);
	for (let count = 0; count < 3; count++) await next(net.connect(port, '127.0.0.1'), 'connect');
	const four = net.createServer(socket => socket.resume().on('error', () => {}));
	await listening(four, {host: '0.0.0.0'});
	const six = net.createServer();
	await listening(six, {host: '::', port: four.address().port, ipv6Only: true});
	for (let count = 0; count < 3; count++)
		await next(net.connect(four.address().port, '127.0.0.1'), 'connect');

	let knocking = null;
	const knock = () => {
		knocking?.destroy();
		knocking = net.connect(port, '127.0.0.1').on('error', () => {});
	};
	const timer = setInterval(knock, 100);
	say('ready', {pid: process.pid, port, four: describeListener(four), six: describeListener(six)});
	await untilLine();
	clearInterval(timer);
	await worker.terminate();
	process.exit(0);
};

main();
