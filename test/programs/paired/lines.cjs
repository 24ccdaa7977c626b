'use strict';
// readline over sockets, with callbacks, promises and iteration; a REPL on a socket.
const net = require('node:net');
const readline = require('node:readline');
const repl = require('node:repl');
const {listening, note, textOf} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => {
		const lines = readline.createInterface({input: socket, output: socket, terminal: false});
		lines.on('line', line => {
			note('server', line);
			socket.write(`${line.toUpperCase()}\n`);
		});
		lines.on('close', () => socket.end());
	});
	const port = await listening(server);
	const client = net.connect(port, '127.0.0.1');
	client.end('one\ntwo\r\nthree without an end');
	for await (const line of readline.createInterface({input: client})) note('client', line);
	server.close();

	const shells = net.createServer(socket => {
		repl
			.start({prompt: '> ', input: socket, output: socket, useGlobal: false})
			.on('exit', () => socket.end());
	});
	const shell = net.connect(await listening(shells), '127.0.0.1');
	shell.end('1 + 1\nthrow new Error("of the shell")\n.exit\n');
	note('shell', JSON.stringify(await textOf(shell)));
	shells.close();
};
main();
