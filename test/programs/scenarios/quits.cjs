'use strict';
// A TLS client that says goodbye and destroys its socket at once:
//   quits.cjs sent      one word, which TLS and the kernel take at once
//   quits.cjs behind    one more word behind it, which waits in the socket's buffer
// It does so at a line on standard input, after "greeted". Prints "goodbye" with what the server got of it, and stays until
// the next line or SIGTERM.
const fs = require('node:fs');
const path = require('node:path');
const tls = require('node:tls');
const {say, untilLine, listening, next} = require('../helpers/facts.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../../examples/support', name));
const key = read('public-test-key.pem');
const cert = read('public-test-certificate.pem');
const [how] = process.argv.slice(2);

const main = async () => {
	let received = '';
	const server = tls.createServer({key, cert}, socket => {
		socket.on('error', () => {});
		socket.on('data', bytes => {
			received += bytes;
			if (received === 'hello') socket.write('welcome');
		});
		socket.on('close', () => say('goodbye', {received}));
	});
	const port = await listening(server);
	const client = tls.connect({host: '127.0.0.1', port, ca: cert, servername: 'localhost'});
	client.on('error', () => {});
	await next(client, 'secureConnect');
	client.write('hello');
	await next(client, 'data');
	say('greeted');
	await untilLine({more: true});
	client.write('quit');
	if (how === 'behind') client.write('more');
	client.destroy();
	await untilLine();
	server.close();
};

main();
