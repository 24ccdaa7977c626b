'use strict';
// Many bytes with backpressure, corked writes, strings of every encoding, reads into one buffer.
const {createHash} = require('node:crypto');
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => {
		const hash = createHash('sha1');
		let count = 0;
		socket.on('data', bytes => {
			count += bytes.length;
			hash.update(bytes);
		});
		socket.on('end', () => socket.end(`${count} ${hash.digest('hex')}`));
	});
	await listening(server);
	const buffer = Buffer.alloc(1000);
	let answer = '';
	const callback = size => {
		answer += buffer.toString('latin1', 0, size);
		return true;
	};
	const onread = {buffer, callback};
	const client = net.connect({port: server.address().port, host: '127.0.0.1', onread});
	let drains = 0;
	client.on('drain', () => drains++);
	for (let index = 0; index < 200; index++) {
		const chunk = Buffer.alloc(10_007, index);
		if (!client.write(chunk)) await next(client, 'drain');
	}
	note('client', drains, client.writableLength, client.writableNeedDrain);
	client.cork();
	for (const encoding of ['utf8', 'latin1', 'hex', 'base64', 'utf16le']) client.write('cafe', encoding);
	client.uncork();
	client.end();
	await next(client, 'close');
	note('client', answer, client.bytesWritten, client.bytesRead);
	server.close();
};
main();
