'use strict';
// Standard streams and pipes of a child: sockets, too, that belong to no connection.
const {spawn} = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const {next, note} = require('./sockets.cjs');

const main = async () => {
	for (const name of ['stdin', 'stdout', 'stderr']) {
		const stream = process[name];
		note(
			name,
			stream.constructor.name,
			stream.listenerCount('error'),
			stream.eventNames().map(String).join(),
		);
	}
	const child = spawn('cat', [], {stdio: ['pipe', 'pipe', 'pipe', 'pipe']});
	for (const [index, stream] of child.stdio.entries()) {
		note(
			`stdio ${index}`,
			stream.constructor.name,
			stream.eventNames().map(String).sort().join(),
			stream.readable,
			stream.writable,
		);
	}
	child.stdout.setEncoding('utf8').on('data', text => note('cat', text));
	child.stdin.end('miaow');
	note('cat', await next(child, 'close'));
	const missing = spawn('/no/such/program');
	note('missing', (await next(missing, 'error'))[0].code, missing.pid);
	const descriptor = fs.openSync(__filename);
	try {
		new net.Socket({fd: descriptor});
	} catch (error) {
		note('file', error.code);
	}
	fs.closeSync(descriptor);
	fs.writeSync(1, 'written past the stream\n');
};
main();
