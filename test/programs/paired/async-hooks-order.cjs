'use strict';
// The async resources of a connection, in their order: kinds, the trigger of each, how often each ran.
const asyncHooks = require('node:async_hooks');
const fs = require('node:fs');
const net = require('node:net');

const resources = new Map();
const lines = [];
const nameOf = id => resources.get(id)?.name ?? 'before';
const hook = asyncHooks.createHook({
	init(id, type, trigger, resource) {
		resources.set(id, {name: `${type}#${resources.size}`});
		lines.push(
			`init ${nameOf(id)} by ${nameOf(trigger)} in ${nameOf(asyncHooks.executionAsyncId())} ${resource?.constructor?.name}`,
		);
	},
	before: id => resources.has(id) && lines.push(`before ${nameOf(id)}`),
	after: id => resources.has(id) && lines.push(`after ${nameOf(id)}`),
	destroy: id => resources.has(id) && lines.push(`destroy ${nameOf(id)}`),
	promiseResolve: id => resources.has(id) && lines.push(`resolve ${nameOf(id)}`),
});
hook.enable();

// One thing after the other: nothing here waits for two at once.
const server = net.createServer({pauseOnConnect: true});
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	let accepted = null;
	const both = () => {
		if (accepted === null || client.connecting) return;
		setTimeout(() => {
			client.end();
			client.destroy();
			client.once('close', () => {
				accepted.destroy();
				server.close(() => setTimeout(() => hook.disable(), 300));
			});
		}, 120);
	};
	server.once('connection', socket => {
		accepted = socket;
		both();
	});
	client.once('connect', both);
});
process.on('exit', () => {
	// The kernel decides between client and server, which comes first: their callbacks are sorted as blocks.
	fs.writeSync(
		1,
		`${lines
			.filter(line => line.startsWith('init'))
			.map(line => line.replaceAll(/#\d+/g, ''))
			.sort()
			.join('\n')}\n`,
	);
	const runs = new Map();
	for (const line of lines) {
		const kind = line.replaceAll(/#\d+/g, '');
		if (!kind.startsWith('init')) runs.set(kind, (runs.get(kind) ?? 0) + 1);
	}

	fs.writeSync(1, `${[...runs].map(String).sort().join('\n')}\n`);
});
