'use strict';
// A connection that is refused; the program handles it.
const net = require('node:net');
const {say} = require('./helpers/facts.cjs');

const client = net.connect(1, '127.0.0.1');
client.on('error', ({code, syscall, address, port}) => say('error', {code, syscall, address, port}));
client.on('close', hadError => say('close', {hadError}));
