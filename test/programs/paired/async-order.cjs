'use strict';
// The order of async_hooks events where nothing waits for the network: a refused connection and timers.
const asyncHooks = require('node:async_hooks');
const fs = require('node:fs');
const net = require('node:net');

const names = new Map();
const lines = [];
const nameOf = id => names.get(id) ?? 'before';
const say = (what, id) => names.has(id) && lines.push(`${what} ${nameOf(id)}`);
asyncHooks
	.createHook({
		init(id, type, trigger) {
			names.set(id, `${type}#${names.size}`);
			lines.push(`init ${nameOf(id)} by ${nameOf(trigger)} in ${nameOf(asyncHooks.executionAsyncId())}`);
		},
		before: id => say('before', id),
		after: id => say('after', id),
		destroy: id => say('destroy', id),
	})
	.enable();

const socket = net.connect(1, '127.0.0.1');
socket.on('error', () => lines.push('error'));
socket.on('close', () => {
	lines.push('close');
	process.nextTick(() => lines.push('tick'));
	setImmediate(() => {
		lines.push('immediate');
		setTimeout(() => Promise.resolve().then(() => lines.push('done')), 60);
	});
});
process.on('exit', () => fs.writeSync(1, `${lines.join('\n')}\n`));
