'use strict';
// Whether sockets and servers that are closed, and sockets that were never used, are left to the garbage collector.
const net = require('node:net');
const {listening, next, note, pair} = require('./sockets.cjs');

const collected = {};
const registry = new FinalizationRegistry(kind => {
	collected[kind] = (collected[kind] ?? 0) + 1;
});
const kinds = ['server', 'client', 'serverSide', 'unused'];
/** Of twenty: the last of each may hang on something of Node's own. */
const mostHeld = 18;
/** Longer than a tick of the hook, which lets go of what is closed. */
const turn = () => new Promise(resolve => setTimeout(resolve, 70));

const rounds = async count => {
	for (let round = 0; round < count; round++) {
		const server = net.createServer();
		await listening(server);
		const {client, serverSide} = await pair(server);
		const unused = new net.Socket();
		for (const [kind, thing] of Object.entries({server, client, serverSide, unused}))
			registry.register(thing, kind);
		client.destroy();
		serverSide.destroy();
		server.close();
		await next(server, 'close');
	}
};

const main = async () => {
	await rounds(20);
	const isCollected = kind => collected[kind] >= mostHeld;
	for (let count = 0; count < 40 && !kinds.every(isCollected); count++) {
		globalThis.gc();
		await turn();
	}

	for (const kind of kinds) note(kind, isCollected(kind));
};
main();
