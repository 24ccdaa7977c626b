'use strict';
// Two UDP sockets: one bound to an address of this machine, one connected to it; one datagram has gone over.
const dgram = require('node:dgram');
const {say, untilTold, next} = require('./support/target.cjs');

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
	say('ready', {bytes: message.length, receiver: receiver.address(), sender: sender.address()});
	await untilTold();
	receiver.close();
	sender.close();
};

main();
