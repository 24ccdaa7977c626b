'use strict';
// UDP: bound and connected sockets, sizes, errors, listeners, resources.
const dgram = require('node:dgram');
const {next, note} = require('./sockets.cjs');

const main = async () => {
	const receiver = dgram.createSocket({type: 'udp4', reuseAddr: true});
	receiver.on('message', (bytes, {address, family, size}) =>
		note('receiver', String(bytes), address, family, size),
	);
	receiver.bind(0, '127.0.0.1');
	await next(receiver, 'listening');
	const {port} = receiver.address();
	const sender = dgram.createSocket('udp4');
	const sent = message =>
		new Promise(resolve =>
			sender.send(message, port, '127.0.0.1', (error, bytes) => resolve([error, bytes])),
		);
	for (const text of ['one', 'two', 'three']) {
		const heard = next(receiver, 'message');
		note('sender', await sent(text));
		await heard;
	}

	sender.connect(port, '127.0.0.1');
	await next(sender, 'connect');
	note('sender', sender.remoteAddress().address, sender.getSendQueueSize(), sender.getSendQueueCount());
	note('sender', Object.keys(sender).join(), sender.eventNames().map(String).join());
	try {
		sender.send('four', port, '127.0.0.1');
	} catch (error) {
		note('sender', error.code);
	}

	note('resources', process.getActiveResourcesInfo().sort().join());
	sender.close();
	receiver.close();
	await next(receiver, 'close');
	const failing = dgram.createSocket('udp4').bind(0, '198.51.100.1');
	note('failing', (await next(failing, 'error'))[0].code);
	failing.close();
};
main();
