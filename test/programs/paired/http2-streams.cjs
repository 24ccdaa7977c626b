'use strict';
// HTTP/2, plain and over TLS: streams, pushes, resets, pings, settings, sockets behind their proxy, goaway.
const http2 = require('node:http2');
const {certified, listening, next, note, textOf} = require('./sockets.cjs');

const talk = async (actor, server, scheme, options) => {
	server.on('stream', (stream, headers) => {
		stream.on('error', ({code}) => note(`${actor} server`, code));
		if (headers[':path'] === '/reset') return stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
		stream.respond({':status': 200});
		stream.end(`for ${headers[':path']}`);
	});
	server.on('session', session => {
		const names = ['remotePort', 'bytesRead', 'emit', 'destroy', 'pause'];
		for (const name of names) {
			try {
				note(`${actor} socket`, name, typeof session.socket[name]);
			} catch (error) {
				note(`${actor} socket`, name, error.code);
			}
		}
	});
	const port = await listening(server);
	const session = http2.connect(`${scheme}://127.0.0.1:${port}`, options);
	session.on('close', () => note(actor, 'close')).on('goaway', code => note(actor, 'goaway', code));
	await next(session, 'connect');
	note(actor, session.alpnProtocol, session.encrypted, session.socket.constructor.name);
	for (const path of ['/one', '/two']) note(actor, await textOf(session.request({':path': path})));
	const reset = session.request({':path': '/reset'});
	note(actor, (await next(reset, 'error'))[0].code, reset.rstCode);
	await new Promise(resolve => session.ping(resolve));
	session.close();
	await next(session, 'close');
	server.close();
};

const main = async () => {
	await talk('plain', http2.createServer(), 'http');
	await talk('secure', http2.createSecureServer(certified()), 'https', {rejectUnauthorized: false});
};
main();
