'use strict';
// Two UDP sockets: one bound to an address of this machine, one connected to it; one datagram has gone over.
const dgram = require('node:dgram');
const fs = require('node:fs');
const {say, untilLine, next} = require('./helpers/facts.cjs');

const named = ({address, port, family}) => ({address, port, family: family === 'IPv6' ? 6 : 4});

const inodeOf = socket => {
	const symbol = Object.getOwnPropertySymbols(socket).find(({description}) => description === 'state symbol');
	return fs.fstatSync(socket[symbol].handle.fd).ino;
};

const main = async () => {
	const receiver = dgram.createSocket('udp4');
	receiver.bind(0, '127.0.0.1');
	await next(receiver, 'listening');
	const sender = dgram.createSocket('udp4');
	sender.connect(receiver.address().port, '127.0.0.1');
	await next(sender, 'connect');
	const arrived = next(receiver, 'message');
	sender.send('hello');
	const [message] = await arrived;
	say('ready', {
		bytes: message.length,
		receiver: {local: named(receiver.address()), inode: inodeOf(receiver)},
		sender: {local: named(sender.address()), peer: named(sender.remoteAddress()), inode: inodeOf(sender)},
	});
	await untilLine();
	receiver.close();
	sender.close();
};

main();
