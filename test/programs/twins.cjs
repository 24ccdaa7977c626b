'use strict';
// A pair of sockets here, and a child with a pair of the very same addresses and ports in another network namespace.
// Arguments: the namespace's name (of `ip netns`); for the child: the ports of the listener and the client.
const {spawn} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, next, describe, describeListener, pair} = require('./helpers/facts.cjs');

const [namespace, ...ports] = process.argv.slice(2);

const main = async () => {
	const [port = 0, localPort = 0] = ports.map(Number);
	const server = net.createServer(socket => socket.pipe(socket));
	await listening(server, {port});
	const {client, serverSide} = await pair(server, {localPort});
	client.write('hello');
	await next(client, 'data');
	client.resume();
	const fact = {
		pid: process.pid,
		listener: describeListener(server),
		client: describe(client),
		server: describe(serverSide),
	};
	say(ports.length === 0 ? 'here' : 'there', fact);
	if (ports.length === 0) {
		const same = [server.address().port, client.localPort].map(String);
		// The child's input ends when it is to end.
		const child = spawn(
			'ip',
			['netns', 'exec', namespace, process.execPath, __filename, namespace, ...same],
			{
				stdio: ['pipe', 'inherit', 'inherit'],
			},
		);
		await untilLine();
		child.stdin.end('end\n');
		await next(child, 'exit');
	} else {
		await untilLine();
	}
	server.close();
	client.end();
};

main();
