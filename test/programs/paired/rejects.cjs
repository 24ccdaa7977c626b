'use strict';
// A rejection of the network that nobody handles, and one that is handled late; what comes of it, says a flag.
const {once} = require('node:events');
const net = require('node:net');

process.on('exit', code => console.log('exit', code));
process.on('rejectionHandled', () => console.log('handled late'));
const late = once(net.connect(1, '127.0.0.1'), 'connect');
setTimeout(() => late.catch(({code}) => console.log(code)), 100);
