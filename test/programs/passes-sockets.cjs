'use strict';
// A parent passes an accepted connection and, at a line, a client to a forked child (argument `bare`: without a hook),
// which keeps both until the next line.
const {fork} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, next, until, describe} = require('./helpers/facts.cjs');

const lead = async () => {
	const env = {...process.env};
	if (process.argv[2] === 'bare') delete env.NODE_OPTIONS;
	const child = fork(__filename, ['child'], {env});
	await next(child, 'message');
	const server = net.createServer({pauseOnConnect: true});
	const port = await listening(server);
	const client = net.connect(port, 'localhost');
	const [accepted] = await next(server, 'connection');
	child.send('accepted', accepted);
	await next(child, 'message');
	const other = net.createServer(socket => socket.on('error', () => {}));
	const passed = net.connect(await listening(other), 'localhost');
	await next(passed, 'connect');
	say('connected', {pid: process.pid, passed: describe(passed)});
	await untilLine({more: true});
	const facts = {accepted: describe(client), passed: describe(passed)};
	child.send('client', passed);
	await until(() => passed._handle === null);
	await next(child, 'message');
	say('passed', {pid: process.pid, child: child.pid, ...facts});
	await untilLine();
	client.destroy();
	server.close();
	other.close();
	child.send('end');
	child.disconnect();
};

const keep = () => {
	const sockets = [];
	// The parent decides, also where the signal goes to the whole process group.
	process.on('SIGTERM', () => {});
	process.on('message', (_message, socket) => {
		if (socket === undefined) {
			for (const each of sockets) each.destroy();
			return;
		}
		sockets.push(socket.on('error', () => {}).resume());
		process.send('mine');
	});
	process.send('ready');
};

if (process.argv[2] === 'child') keep();
else lead();
