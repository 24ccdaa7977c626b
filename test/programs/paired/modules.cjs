'use strict';
// The properties of its modules: requiring built-ins, JSON, each other; what a loader's own hooks get to see.
const Module = require('node:module');

const resolved = [];
const {_resolveFilename, _load} = Module;
Module._resolveFilename = function (request, ...rest) {
	resolved.push(`resolve ${request.split('/').at(-1)}`);
	return _resolveFilename.call(this, request, ...rest);
};
Module._load = function (request, ...rest) {
	resolved.push(`load ${request.split('/').at(-1)}`);
	return _load.call(this, request, ...rest);
};
require('node:net');
require('./sockets.cjs');
require('../../../package.json');
console.log(resolved.join('\n'));
console.log(Object.keys(require.cache).map(file => file.split('/').at(-1)));
console.log(module.children.map(({id}) => id.split('/').at(-1)));
try {
	require('./no-such-module.cjs');
} catch (error) {
	console.log(error.code, error.requireStack.length);
}
setTimeout(() => console.log(resolved.length), 120);
