'use strict';
// pipeline, compose, finished and pipe with sockets: ends, errors, listeners that stay behind.
const net = require('node:net');
const {finished, PassThrough, Transform} = require('node:stream');
const {pipeline} = require('node:stream/promises');
const zlib = require('node:zlib');
const {listening, next, note, pair, textOf} = require('./sockets.cjs');

const main = async () => {
	const upper = () =>
		new Transform({
			transform: (chunk, _encoding, callback) => callback(null, String(chunk).toUpperCase()),
		});
	const server = net.createServer({allowHalfOpen: true}, socket => {
		pipeline(socket, upper(), socket).then(
			() => note('server', 'finished'),
			error => note('server', error.code),
		);
	});
	await listening(server);
	const client = net.connect(server.address().port, '127.0.0.1');
	client.end('whispered');
	note('client', await textOf(client));
	const failing = await pair(server);
	finished(failing.client, error => note('finished', error?.code));
	failing.client.destroy();
	await next(failing.client, 'close');

	server.removeAllListeners('connection');
	server.on('connection', socket =>
		pipeline(socket, zlib.createGunzip(), socket).catch(({code}) => note('zip', code)),
	);
	const zipped = net.connect(server.address().port, '127.0.0.1');
	zipped.end(zlib.gzipSync('packed'));
	note('zip', await textOf(zipped));
	const broken = await pair(server);
	const through = new PassThrough();
	broken.serverSide.pipe(through);
	note('pipe', broken.serverSide.listenerCount('data'), broken.serverSide.listenerCount('error'));
	broken.serverSide.unpipe(through);
	note('pipe', broken.serverSide.listenerCount('data'), broken.serverSide.readableFlowing);
	broken.client.destroy();
	broken.serverSide.destroy();
	server.close();
};
main();
