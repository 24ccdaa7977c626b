'use strict';
// Lookups of its own: their calls, options and answers, races of addresses, an error that comes at once.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.end().resume());
	const port = await listening(server);
	const lookup = (actor, answer) => (host, options, callback) => {
		note(
			actor,
			'lookup',
			host,
			Object.keys(options).sort().join(),
			new Error('here').stack.split('\n').length > 3,
		);
		answer(options.all === true, callback);
	};
	const talk = async (actor, options, answer) => {
		const client = net.connect({port, host: 'own.test', lookup: lookup(actor, answer), ...options});
		for (const event of [
			'lookup',
			'connectionAttempt',
			'connectionAttemptFailed',
			'connectionAttemptTimeout',
			'connect',
		]) {
			client.on(event, (...values) =>
				note(
					actor,
					event,
					values.filter(value => value !== port).map(value => value?.code ?? value),
				),
			);
		}
		client.on('error', ({code}) => note(actor, 'error', code));
		await next(client.resume(), 'close');
		note(
			actor,
			JSON.stringify(client.autoSelectFamilyAttemptedAddresses?.map(text => text.replace(/:\d+$/, ''))),
		);
	};
	const one = (all, callback) => callback(null, all ? [{address: '127.0.0.1', family: 4}] : '127.0.0.1', 4);
	await talk('one', {}, one);
	await talk('later', {}, (all, callback) => setImmediate(one, all, callback));
	await talk('failing', {}, (_all, callback) => callback(Object.assign(new Error('no'), {code: 'EOWN'})));
	await talk('race', {autoSelectFamily: true}, (_all, callback) =>
		callback(null, [
			{address: '127.0.0.3', family: 4},
			{address: '127.0.0.1', family: 4},
		]),
	);
	await talk('all refuse', {autoSelectFamily: true, port: 1}, (_all, callback) =>
		callback(null, [
			{address: '127.0.0.3', family: 4},
			{address: '127.0.0.4', family: 4},
		]),
	);
	server.close();
};
main();
