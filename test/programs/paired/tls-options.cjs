'use strict';
// TLS: protocols by ALPN, names, sessions, renegotiation, an upgrade of a plain socket, half-open ends.
const net = require('node:net');
const tls = require('node:tls');
const {certified, listening, next, note, textOf} = require('./sockets.cjs');

const main = async () => {
	const {key, cert} = certified();
	const SNICallback = (name, callback) => {
		note('server', 'asked for', name);
		callback(null, tls.createSecureContext({key, cert}));
	};
	const server = tls.createServer({key, cert, ALPNProtocols: ['own/2', 'own/1'], SNICallback});
	server.on('secureConnection', socket => {
		note('server', socket.alpnProtocol, socket.servername, socket.authorized, socket.isSessionReused());
		socket.on('error', ({code}) => note('server', 'error', code));
		socket.end('bye').resume();
	});
	server.on('tlsClientError', ({code}) => note('server', 'tlsClientError', code));
	const port = await listening(server);
	const connect = options =>
		tls.connect({port, host: '127.0.0.1', servername: 'localhost', ca: cert, ...options});
	const agreed = connect({ALPNProtocols: ['own/1'], minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2'});
	let session = null;
	agreed.on('session', bytes => {
		session = bytes;
	});
	await next(agreed, 'secureConnect');
	note('client', agreed.alpnProtocol, agreed.getProtocol(), agreed.authorized);
	note('client', await textOf(agreed), session?.length > 0);
	const resumed = connect({session, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2'});
	await next(resumed, 'secureConnect');
	note('resumed', resumed.isSessionReused(), await textOf(resumed));

	const raw = net.connect(port, '127.0.0.1');
	await next(raw, 'connect');
	const upgraded = tls.connect({socket: raw, servername: 'localhost', ca: cert});
	note(
		'upgraded',
		await textOf(upgraded),
		upgraded.getProtocol(),
		raw.eventNames().map(String).sort().join(),
	);
	const other = connect({ALPNProtocols: ['unknown']});
	// Up to Node 18 a server goes on without a protocol.
	const [error] = await Promise.race([next(other, 'error'), next(other, 'secureConnect')]);
	note('other', error?.code, other.alpnProtocol);
	other.destroy();
	server.close(() => note('server', 'closed'));
};
main();
