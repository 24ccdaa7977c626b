'use strict';
// A server that keeps what it accepts, until it is ended.
const net = require('node:net');
const {say} = require('../helpers/facts.cjs');

const server = net.createServer(socket => socket.on('error', () => {}).resume());
server.listen(0, '127.0.0.1', () => say('ready', {port: server.address().port}));
