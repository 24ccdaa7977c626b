'use strict';
// The own properties of the classes of the network's modules: keys, kinds, names, lengths, sources.
const {EventEmitter} = require('node:events');

const modules = [
	'net',
	'tls',
	'dgram',
	'dns',
	'http',
	'https',
	'http2',
	'stream',
	'cluster',
	'child_process',
];
const describe = (name, object) => {
	for (const key of Reflect.ownKeys(object)) {
		const {value, get, set, ...flags} = Object.getOwnPropertyDescriptor(object, key);
		const kind = typeof value === 'function' ? `${value.name}/${value.length}` : typeof (value ?? get);
		const native = typeof value === 'function' ? Object.keys(value).length : '';
		console.log(name, String(key), kind, native, Boolean(set), Object.values(flags).map(Number).join(''));
	}
};
describe('EventEmitter', EventEmitter.prototype);
for (const name of modules) {
	const exported = require(`node:${name}`);
	describe(name, exported);
	for (const [key, value] of Object.entries(exported)) {
		if (typeof value === 'function' && value.prototype) describe(`${name}.${key}.prototype`, value.prototype);
	}
}
