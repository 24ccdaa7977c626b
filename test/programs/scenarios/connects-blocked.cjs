'use strict';
// A client that connects to HOST, and blocks its event loop at a line on standard input.
const net = require('node:net');

net.connect(9, process.argv[2]).on('error', error => console.error(error.code));
process.stdin.once('data', () => {
	const begun = Date.now();
	while (Date.now() - begun < 8000);
});
setTimeout(() => process.exit(124), 30_000);
