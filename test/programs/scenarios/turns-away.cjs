'use strict';
// A server that closes some of its connections at once, and answers the others. Arguments: how many clients come, and
// which of them it turns away: every so many-th (1: all).
const net = require('node:net');
const {say, untilLine, listening, next} = require('../helpers/facts.cjs');

const main = async () => {
	const [clients, nth] = process.argv.slice(2).map(Number);
	let accepted = 0;
	const server = net.createServer(socket => {
		accepted++;
		if (accepted % nth === 0) socket.destroy();
		else socket.end('hello\n');
	});
	const port = await listening(server);
	for (let count = 0; count < clients; count++) {
		const client = net.connect(port, '127.0.0.1').on('error', () => {});
		await next(client.resume(), 'close');
	}

	say('ready', {port});
	await untilLine();
	process.exit();
};

main();
