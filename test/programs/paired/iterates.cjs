'use strict';
// Sockets as async iterables, as web streams, with helpers of readable streams, and as disposables.
const net = require('node:net');
const {Duplex, Readable, Writable} = require('node:stream');
const {listening, next, note, pair} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const first = await pair(server);
	first.serverSide.end('one two three');
	for await (const chunk of first.client)
		note('iterated', String(chunk), first.client.listenerCount('error'));

	const second = await pair(server);
	second.serverSide.end('abc');
	const mapped = second.client.map(chunk => String(chunk).toUpperCase());
	note('mapped', (await mapped.toArray()).join());

	const third = await pair(server);
	third.serverSide.pipe(third.serverSide);
	const {readable, writable} = Duplex.toWeb(third.client);
	const writer = writable.getWriter();
	await writer.write(Buffer.from('through web streams'));
	const reader = readable.getReader();
	note('web', String(Buffer.from((await reader.read()).value)));
	await writer.close();
	note('web', (await reader.read()).done);

	const fourth = await pair(server);
	note('static', Readable.isDisturbed(fourth.client), fourth.client instanceof Writable);
	fourth.serverSide.destroy();
	for await (const chunk of fourth.client) note('never', chunk);
	if (Symbol.asyncDispose && fourth.client[Symbol.asyncDispose]) await fourth.client[Symbol.asyncDispose]();
	note('disposed', fourth.client.destroyed);
	server.close();
	await next(server, 'close');
};
main();
