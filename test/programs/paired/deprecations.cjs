'use strict';
// Deprecated things of the platform, and warnings of its own.
const net = require('node:net');
const util = require('node:util');

Buffer(1);
new net.Server()._setSimultaneousAccepts;
util.deprecate(() => {}, 'this is old', 'OWN001')();
process.emitWarning('careful', {type: 'OwnWarning', code: 'OWN002', detail: 'twice'});
process.emitWarning('careful', 'DeprecationWarning', 'OWN003');
process.on('warning', ({name, code}) => console.log(name, code));
new net.Socket().setTimeout(2 ** 32);
