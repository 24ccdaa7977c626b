'use strict';
// The domain module: errors and exceptions of sockets end in their domain.
const domain = require('node:domain');
const net = require('node:net');
const {listening, note} = require('./sockets.cjs');

const inDomain = (actor, act) => {
	const own = domain.create();
	own.on('error', error => note(actor, error.message, Boolean(error.domain), error.domainThrown));
	own.run(act);
};

const main = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).end('bye'));
	await listening(server);
	const connect = () => net.connect(server.address().port, '127.0.0.1');
	inDomain('refused', () => net.connect(1, '127.0.0.1'));
	inDomain('thrown in data', () =>
		connect().on('data', () => {
			throw new Error('thrown in a data listener');
		}),
	);
	inDomain('thrown in connect', () =>
		connect().on('connect', () => {
			throw new Error('thrown in a connect listener');
		}),
	);
	const member = domain.create();
	member.on('error', error => note('member', error.message));
	const socket = connect();
	member.add(socket);
	socket.on('close', () => {
		note('member', member.members.length, process.domain === member);
		setTimeout(() => server.close(), 50);
	});
	socket.destroy(new Error('destroyed as a member'));
	setTimeout(() => process.exit(), 400);
};
main();
