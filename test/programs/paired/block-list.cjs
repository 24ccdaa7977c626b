'use strict';
// Block lists, addresses, families: what net itself computes, and a connection that its list forbids.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const main = async () => {
	const list = new net.BlockList();
	list.addAddress('127.0.0.9');
	list.addRange('10.0.0.1', '10.0.0.9');
	list.addSubnet('fe80::', 16, 'ipv6');
	note(
		'list',
		list.rules.length,
		list.check('10.0.0.5'),
		list.check('::ffff:127.0.0.9', 'ipv6'),
		list.check('127.0.0.1'),
	);
	const address = new net.SocketAddress({address: '127.0.0.9', port: 80});
	note('address', address.family, address.flowlabel, list.check(address));
	note('isIP', net.isIP('::1'), net.isIPv4('1.2.3.4'), net.isIP('nonsense'), net.isIPv6('::ffff:1.2.3.4'));
	const server = net.createServer(socket => socket.end().resume());
	await listening(server);
	const client = net.connect({
		port: server.address().port,
		host: '127.0.0.1',
		localAddress: '127.0.0.9',
		blockList: list,
	});
	client.on('error', ({code}) => note('client', code));
	client.resume();
	await next(client, 'close');
	note('client', client.localAddress, client.remoteAddress, client.remoteFamily, client.address().address);
	server.close();
};
main();
