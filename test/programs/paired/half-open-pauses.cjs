'use strict';
// pauseOnConnect, allowHalfOpen, noDelay and keepAlive: how each end stands at each step.
const net = require('node:net');
const {listening, next, note, pair, textOf} = require('./sockets.cjs');

const state = ({readyState, readableFlowing, readable, writable, destroyed, allowHalfOpen, pending}) =>
	[readyState, readableFlowing, readable, writable, destroyed, allowHalfOpen, pending].join(' ');

const main = async () => {
	const paused = net.createServer({pauseOnConnect: true, noDelay: true, keepAlive: true});
	await listening(paused);
	const {client, serverSide} = await pair(paused, {
		noDelay: true,
		keepAlive: true,
		keepAliveInitialDelay: 1000,
	});
	note('accepted', state(serverSide), serverSide.isPaused());
	client.end('hello');
	note('client', state(client));
	const text = textOf(serverSide);
	serverSide.resume();
	note('accepted', await text, state(serverSide));
	client.resume();
	if (!client.closed) await next(client, 'close');
	note('client', state(client));
	paused.close();

	const open = net.createServer({allowHalfOpen: true});
	await listening(open);
	const half = await pair(open, {allowHalfOpen: true});
	half.client.end('said it all');
	note('half', await textOf(half.serverSide.on('end', () => note('half', state(half.serverSide)))));
	half.serverSide.end('and the answer');
	note('half', await textOf(half.client), state(half.client));
	open.close(() => note('half', 'closed'));
};
main();
