'use strict';
// Prints what a program can see of itself beside its sockets: the listeners of the process, what keeps it alive, which
// modules it has loaded, whether anything warned; at the start, with a connection, and at the exit.
const net = require('node:net');

const warnings = [];
process.on('warning', ({name}) => warnings.push(name));

const look = when => {
	const seen = {
		when,
		execArgv: process.execArgv,
		argv: process.argv.length,
		listeners: process.eventNames().map(name => `${String(name)} ${process.listenerCount(name)}`),
		exitListeners: process.listenerCount('exit'),
		keys: Object.keys(process).length,
		handles: process
			._getActiveHandles()
			.map(handle => handle.constructor.name)
			.sort(),
		requests: process._getActiveRequests().length,
		modules: Object.keys(require.cache).length,
		globals: Object.keys(globalThis),
		exitCode: process.exitCode,
		warnings,
	};
	console.log(JSON.stringify(seen));
};

look('start');
const server = net.createServer(socket => {
	// Ten listeners of each event, Node's own of 'end' included: one more would make Node warn.
	for (const [event, count] of Object.entries({error: 10, end: 9, data: 10, timeout: 10, close: 10})) {
		for (let added = 0; added < count; added++) socket.on(event, () => {});
	}
});
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.on('connect', () => {
		look('connected');
		client.end('bye');
	});
	client.on('close', () => server.close());
	client.resume();
});
process.on('beforeExit', code => look(`beforeExit ${code}`));
process.on('exit', code => look(`exit ${code}`));
setTimeout(() => process.exit(124), 30_000).unref();
