'use strict';
// A server that echoes in one place, and a client in another, which sends a hello and stays.
// Arguments: the words that enter the place of each, as JSON; the server's port; where the client connects to, and its port.
const {spawn} = require('node:child_process');
const net = require('node:net');
const {listening, say} = require('../helpers/facts.cjs');

const [kind, ...rest] = process.argv.slice(2);

const kinds = {
	async serve(port) {
		await listening(
			net.createServer(socket => socket.pipe(socket).on('error', () => {})),
			{
				host: '::',
				port: Number(port),
			},
		);
		say('serving');
	},
	talk(host, port) {
		const client = net.connect({host, port: Number(port)}, () => client.write('hello '.repeat(20)));
		client.on('data', () => say('talked')).on('error', ({code}) => say('failed', {code}));
	},
	both(serverPlace, clientPlace, serverPort, host, port) {
		const server = run(serverPlace, ['serve', serverPort], ['ignore', 'pipe', 'inherit']);
		server.stdout.once('data', () => run(clientPlace, ['talk', host, port], 'inherit'));
	},
};

function run(place, words, stdio) {
	const [command, ...before] = [...JSON.parse(place), process.execPath, __filename, ...words];
	return spawn(command, before, {stdio});
}

kinds[kind](...rest);

setTimeout(() => {}, 2 ** 30);
