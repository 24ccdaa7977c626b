'use strict';
// AbortSignals: of connect, of listen, of events, of streams; before, while and after.
const {once} = require('node:events');
const net = require('node:net');
const {addAbortSignal} = require('node:stream');
const {listening, next, note, pair} = require('./sockets.cjs');

const main = async () => {
	const listen = new AbortController();
	const server = net.createServer();
	await listening(server, {signal: listen.signal});
	const {port} = server.address();
	const connect = signal => net.connect({port, host: '127.0.0.1', signal});
	const before = connect(AbortSignal.abort());
	note('before', (await next(before, 'error'))[0].name, before.destroyed);
	// Node connects it all the same.
	before.destroy();

	const after = new AbortController();
	const open = connect(after.signal);
	const accepted = next(server, 'connection');
	await next(open, 'connect');
	(await accepted)[0].on('error', () => {}).resume();
	after.abort(new Error('its own reason'));
	const [error] = await next(open, 'error');
	note('after', error.name, error.cause?.message);

	const {client, serverSide} = await pair(server);
	addAbortSignal(AbortSignal.timeout(30), client);
	note('stream', (await next(client, 'error'))[0].name);
	serverSide.destroy();
	await once(server, 'never', {signal: AbortSignal.timeout(10)}).catch(({name}) => note('once', name));
	listen.abort();
	await next(server, 'close');
	note('server', server.listening);
};
main();
