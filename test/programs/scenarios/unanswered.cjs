'use strict';
// Nothing comes back: a client that sends to a silent server, an HTTP request without an answer,
// and a connection on which neither end writes.
const net = require('node:net');
const http = require('node:http');
const {say, untilLine, listening, next} = require('../helpers/facts.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.on('error', () => {}).resume());
	const port = await listening(server);
	const asking = net.connect(port, '127.0.0.1');
	asking.write('are you still up?\n');
	await next(asking, 'connect');
	const silent = net.connect(port, '127.0.0.1');
	await next(silent, 'connect');
	const web = http.createServer(() => {});
	const webPort = await listening(web);
	http.get({host: '127.0.0.1', port: webPort, path: '/never'}).on('error', () => {});
	say('ready', {port, webPort, asking: asking.localPort, silent: silent.localPort});
	await untilLine();
	process.exit();
};

main();
