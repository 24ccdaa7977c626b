'use strict';
// Shared by the programs of this folder: their output may not differ from run to run.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

// A test that forgets a target must not leave it behind.
setTimeout(() => process.exit(124), 30_000).unref();

/** Resolves with the port once the server listens on this machine. */
const listening = (server, options) =>
	new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({host: '127.0.0.1', port: 0, ...options}, () => resolve(server.address()?.port));
	});

/** Resolves with the arguments of the next event of this name. */
const next = (emitter, name) => new Promise(resolve => emitter.once(name, (...values) => resolve(values)));

/** Resolves with both ends of a new connection to a server that listens. */
const pair = async (server, options) => {
	const accepted = next(server, 'connection');
	const client = net.connect({host: '127.0.0.1', port: server.address().port, ...options});
	const [[serverSide]] = await Promise.all([accepted, next(client, 'connect')]);
	return {client, serverSide};
};

const seen = new Map();

/** The events of an actor, printed at the exit: their order between two actors depends on the network. */
const note = (actor, ...words) => {
	if (seen.size === 0) process.on('exit', report);
	if (!seen.has(actor)) seen.set(actor, []);
	seen.get(actor).push(words.join(' '));
};

const report = () => {
	for (const [actor, lines] of [...seen].sort()) console.log(`${actor}: ${lines.join(', ')}`);
};

/** Ports, pids, descriptors, times and async ids. */
const withoutNumbers = text => text.replaceAll(/-?\d+(\.\d+)?/g, 'N');

const read = name => fs.readFileSync(path.join(__dirname, '../../../examples/support', name));
const certified = () => ({key: read('public-test-key.pem'), cert: read('public-test-certificate.pem')});

/** Resolves with all that a stream gives, as text. */
const textOf = async stream => {
	const chunks = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
};

module.exports = {listening, next, pair, note, withoutNumbers, certified, textOf};
