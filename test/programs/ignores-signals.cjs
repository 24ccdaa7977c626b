'use strict';
// Prints each signal, and goes on; only SIGKILL ends it. Arguments: the signals (SIGINT SIGTERM).
const {say} = require('./helpers/facts.cjs');

const given = process.argv.slice(2);
for (const signal of given.length > 0 ? given : ['SIGINT', 'SIGTERM'])
	process.on(signal, () => say('signal', {signal}));
setInterval(() => {}, 1000);
say('ready', {pid: process.pid});
