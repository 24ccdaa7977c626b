'use strict';
// A network error as a rejection without a handler, and one handled late; a flag of Node sets the outcome.
const {once} = require('node:events');
const net = require('node:net');

process.on('exit', code => console.log('exit', code));
process.on('rejectionHandled', () => console.log('handled late'));
const late = once(net.connect(1, '127.0.0.1'), 'connect');
setTimeout(() => late.catch(({code}) => console.log(code)), 100);
