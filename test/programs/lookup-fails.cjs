'use strict';
// A name that does not resolve, by a resolver of its own (no network); the program handles it.
// Argument: how long the resolver takes, in milliseconds (50).
const net = require('node:net');
const {say} = require('./helpers/facts.cjs');

const lookup = (hostname, _options, callback) => {
	setTimeout(
		() => {
			const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
			callback(Object.assign(error, {code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname}));
		},
		Number(process.argv[2] ?? 50),
	);
};

const client = net.connect({host: 'no-such-name.test', port: 80, lookup});
say('lookup', {host: 'no-such-name.test'});
client.on('error', ({code, syscall, hostname}) => say('error', {code, syscall, hostname}));
client.on('close', hadError => say('close', {hadError}));
