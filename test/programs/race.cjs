'use strict';
// A name with three addresses: ::1 refuses (left out where this machine has none), 127.0.0.2 is silent, 127.0.0.1
// answers. The socket's own events report each step of the race.
const net = require('node:net');
const {blackhole} = require('./helpers/blocked-server.cjs');
const {say, untilLine, listening, next, describe} = require('./helpers/facts.cjs');

const attemptMs = 300;

const main = async () => {
	const server = net.createServer();
	const port = await listening(server);
	const {fillers, worker} = await blackhole({host: '127.0.0.2', port});
	const candidates = [
		...((await hasIpv6()) ? [{address: '::1', family: 6}] : []),
		{address: '127.0.0.2', family: 4},
		{address: '127.0.0.1', family: 4},
	];
	say('candidates', {host: 'race.test', port, attemptMs, candidates: candidates.map(({address}) => address)});
	const client = net.connect({
		host: 'race.test',
		port,
		autoSelectFamily: true,
		autoSelectFamilyAttemptTimeout: attemptMs,
		// Not at once: the first attempt would be over before its listeners are added.
		lookup: (_hostname, _options, callback) => setTimeout(callback, 50, null, candidates),
	});
	client.on('lookup', (_error, address) => say('lookup', {address}));
	client.on('connectionAttempt', address => say('attempt', {address}));
	client.on('connectionAttemptFailed', (address, _port, _family, error) => {
		say('attempt-failed', {address, code: error.code});
	});
	client.on('connectionAttemptTimeout', address => say('attempt-timeout', {address}));
	await next(client, 'connect');
	say('ready', {client: describe(client), fillers: fillers.map(describe)});
	await untilLine();
	server.close();
	for (const socket of [client, ...fillers]) socket.destroy();
	await worker.terminate();
};

/** Whether ::1 can be bound; where it can, the race's port has no listener there. */
const hasIpv6 = async () => {
	const probe = net.createServer();
	try {
		await listening(probe, {host: '::1'});
	} catch {
		return false;
	}
	probe.close();
	await next(probe, 'close');
	return true;
};

main();
