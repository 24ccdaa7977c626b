'use strict';
// Has no connection; runs until its standard input has data or ends, or until SIGTERM.
const {say} = require('./helpers/facts.cjs');

const end = () => process.exit(0);
process.on('SIGTERM', end);
process.stdin.on('error', end).on('end', end).on('data', end);
setInterval(() => {}, 1000);
say('ready', {pid: process.pid});
