'use strict';
// Five connected pairs, and beside them sockets that are made, never used, and destroyed a moment later; then each
// client writes. A child that ends at once leaves an error on the pipe to its standard input.
const {spawn} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, until, describe} = require('./helpers/facts.cjs');

/** Long enough to be seen unused by several ticks of the hook. */
const unusedMs = 300;

const main = async () => {
	const server = net.createServer(socket => socket.resume());
	const port = await listening(server);
	const clients = await Promise.all(
		Array.from(
			{length: 5},
			() =>
				new Promise(resolve =>
					net.connect(port, '127.0.0.1', function () {
						resolve(this);
					}),
				),
		),
	);
	const unused = Array.from({length: 3}, () => new net.Socket());
	const child = spawn('true');
	child.stdin.on('error', () => {}).write(Buffer.alloc(1 << 20));
	await new Promise(resolve => setTimeout(resolve, unusedMs));
	for (const socket of unused) socket.destroy();
	for (const client of clients) client.write('x'.repeat(240));
	await until(() => clients.every(({bytesWritten}) => bytesWritten === 240));
	say('written', {clients: clients.map(describe)});
	await untilLine();
	for (const client of clients) client.destroy();
	server.close();
};

main();
