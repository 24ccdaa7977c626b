'use strict';
// Started behind a preloaded module: what that has found, and what is there now.
const net = require('node:net');

console.log(globalThis.found, process.execArgv.length, module.parent, require.main === module);
net.connect(1, '127.0.0.1').on('error', ({code}) => console.log(code));
