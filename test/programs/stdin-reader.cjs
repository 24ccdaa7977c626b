'use strict';
// Repeats each line of its standard input in capitals, and counts them at the end.
const readline = require('node:readline');

let lines = 0;
const reader = readline.createInterface({input: process.stdin});
reader.on('line', line => {
	lines++;
	console.log(line.toUpperCase());
});
reader.on('close', () => console.log(`${lines} lines`));
setTimeout(() => process.exit(124), 30_000).unref();
