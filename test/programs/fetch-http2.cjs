'use strict';
// Three fetches of an HTTP/2 server with TLS, one after the other: one session where fetch() speaks HTTP/2.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const fs = require('node:fs');
const http2 = require('node:http2');
const path = require('node:path');
const {say, untilLine, listening, describe} = require('./helpers/facts.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));

const main = async () => {
	const server = http2.createSecureServer(
		{key: read('public-test-key.pem'), cert: read('public-test-certificate.pem')},
		(_request, response) => response.end('done'),
	);
	let serverSide;
	server.on('secureConnection', socket => {
		serverSide = socket;
	});
	const port = await listening(server);
	for (const name of ['1', '2', '3']) await (await fetch(`https://127.0.0.1:${port}/${name}`)).text();
	say('ready', {server: describe(serverSide)});
	await untilLine();
	process.exit();
};

main();
