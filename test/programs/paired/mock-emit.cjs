'use strict';
// The mock of node:test on `emit`, which finds a method along the chain of prototypes.
const net = require('node:net');
const {mock} = require('node:test');

for (const thing of [new net.Socket(), net.createServer(), process]) {
	try {
		const spy = mock.method(thing, 'emit');
		thing.emit('anything');
		console.log(thing.constructor.name, spy.mock.calls.length);
	} catch (error) {
		console.log(thing.constructor.name, error.code);
	}
}
