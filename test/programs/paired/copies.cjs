'use strict';
// Sockets and servers as JSON, as copies, as clones: what of them comes along, and what refuses to.
const net = require('node:net');
const v8 = require('node:v8');
const {listening, pair, withoutNumbers} = require('./sockets.cjs');

const attempt = (name, act) => {
	try {
		console.log(name, withoutNumbers(String(act())));
	} catch (error) {
		console.log(name, error.name, withoutNumbers(error.message));
	}
};

const main = async () => {
	const server = net.createServer();
	await listening(server);
	const {client} = await pair(server);
	for (const thing of [client, server]) {
		attempt('json', () => JSON.stringify(thing, (_key, value) => (value === thing ? 'itself' : value)));
		attempt('spread', () => Object.keys({...thing}));
		attempt('assign', () => Object.keys(Object.assign(Object.create(null), thing)));
		attempt('clone', () => structuredClone(thing));
		attempt('serialize', () => v8.serialize(thing));
		attempt('entries', () => Object.entries(thing).map(([key, value]) => `${key} ${typeof value}`));
		attempt('inherits', () => Object.keys(Object.create(thing)));
		attempt('frozen', () => Object.isFrozen(Object.seal(Object.create(thing))));
	}

	process.exit();
};
main();
