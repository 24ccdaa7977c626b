'use strict';
// An HTTP/2 session, with TLS for the argument `tls`: two streams are answered with 203, two stay open.
const fs = require('node:fs');
const http2 = require('node:http2');
const path = require('node:path');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const secure = process.argv[2] === 'tls';
const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));

const main = async () => {
	const server = secure
		? http2.createSecureServer({key: read('public-test-key.pem'), cert: read('public-test-certificate.pem')})
		: http2.createServer();
	let serverSide;
	const owner = secure ? 'secureConnection' : 'connection';
	server.on(owner, socket => {
		serverSide = socket;
	});
	server.on('stream', (stream, headers) => {
		stream.on('error', () => {});
		if (headers[':path'].startsWith('/answered')) {
			stream.respond({':status': 203});
			stream.end('done\n');
		}
	});
	const port = await listening(server);
	let client;
	const session = http2.connect(`${secure ? 'https' : 'http'}://127.0.0.1:${port}`, {
		rejectUnauthorized: false,
	});
	session.on('connect', (_, socket) => {
		client = socket;
	});
	await next(session, 'connect');
	for (const url of ['/answered/1?q=1', '/answered/2?q=2']) {
		const stream = session.request({':path': url});
		stream.resume();
		await next(stream, 'end');
	}

	for (const url of ['/open/3', '/open/4?q=4']) session.request({':path': url}).on('error', () => {});
	// After one turn the server has them.
	await new Promise(resolve => session.ping(resolve));
	say('ready', {port, client: describe(client), server: describe(serverSide)});
	await untilLine();
	session.destroy();
	server.close();
};

main();
