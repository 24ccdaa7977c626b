'use strict';
// process.exit() in a listener of the event in the argument. Its own exit listener prints the state it finds.
const net = require('node:net');
const {listening, next} = require('./sockets.cjs');

const [, , event] = process.argv;
process.on('exit', code => {
	console.log(`exit ${code}, exitCode ${process.exitCode}, exiting ${process._exiting}`);
	process.exitCode = 7;
});
process.on('uncaughtException', () => process.exit(6));

const main = async () => {
	const server = net.createServer(socket => socket.end('bye'));
	const port = await listening(server);
	const client = net.connect(port, '127.0.0.1');
	const accepted = next(server, 'connection');
	if (event === 'throw') {
		await accepted;
		client.on('data', () => {
			throw new Error('caught by its own handler');
		});
		return;
	}

	client.resume();
	if (event === 'microtask') await Promise.all([accepted, next(client, 'end')]).then(() => process.exit(5));
	if (event === 'immediate') setImmediate(() => setImmediate(() => process.exit(5)));
	client.on(event, () => process.exit(5));
};
main();
