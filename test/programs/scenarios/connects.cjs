'use strict';
// Connects one connection after the other, and keeps them until a line on standard input or SIGTERM. Each
// argument is JSON: the options of net.connect(), and of our own
// - candidates: the addresses of the name, so that no resolver is queried
// - write: bytes that are written at once, before the connection is there
// - times: so many connections like this
// - giveUpMs: the program's own timeout for the connection
const net = require('node:net');
const {say, untilLine} = require('../helpers/facts.cjs');

const kept = [];

const connect = ({candidates, write, giveUpMs, ...options}) =>
	new Promise(resolve => {
		const lookup = (_host, {all}, callback) =>
			setTimeout(() => {
				const found = candidates.map(address => ({address, family: net.isIP(address)}));
				if (all) callback(null, found);
				else callback(null, found[0].address, found[0].family);
			}, 10);
		const client = net.connect({...options, ...(candidates === undefined ? {} : {lookup})});
		kept.push(client);
		client.resume();
		client.once('connect', () => {
			client.setTimeout(0);
			say('connected', {port: client.localPort});
			resolve();
		});
		client.once('error', ({code, syscall, message}) => {
			say('error', {code, syscall, message});
			resolve();
		});
		client.once('close', () => say('close'));
		if (write !== undefined) client.write(Buffer.alloc(write));
		if (giveUpMs !== undefined) {
			client.setTimeout(giveUpMs, () => {
				client.destroy(new Error('the program has waited long enough'));
			});
		}
	});

const main = async () => {
	for (const argument of process.argv.slice(2)) {
		const {times = 1, ...options} = JSON.parse(argument);
		for (let count = 0; count < times; count++) await connect(options);
	}
	say('done');
	await untilLine();
	for (const client of kept) client.destroy();
};

main();
