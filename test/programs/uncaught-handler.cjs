'use strict';
// Handles its uncaught exception itself: prints the stack that it sees, and ends with exit code 5.
const net = require('node:net');

process.on('uncaughtException', (error, origin) => {
	console.log(`${origin}: ${error.stack}`);
	process.exit(5);
});
net.connect(1, '127.0.0.1');
