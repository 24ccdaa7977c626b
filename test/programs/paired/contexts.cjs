'use strict';
// Scripts in other contexts, with sockets of this one and errors of theirs.
const net = require('node:net');
const vm = require('node:vm');
const {listening, next} = require('./sockets.cjs');

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	const port = await listening(server);
	const context = vm.createContext({net, console, port, done: null});
	const globals = vm.runInContext('Reflect.ownKeys(globalThis).map(String).sort().join()', context);
	console.log(globals.length > 0, globals.includes('netwatch'));
	const client = vm.runInContext(
		`const socket = net.connect(port, '127.0.0.1');
		socket.on('connect', () => console.log(new Error('in another context').stack.split('\\n')[1]));
		socket.resume();`,
		context,
		{filename: 'elsewhere.js'},
	);
	console.log(client instanceof net.Socket);
	await next(client, 'close');
	console.log(vm.runInNewContext('typeof process + typeof require + Object.keys(this).length'));
	console.log(new vm.Script('1 + 1').runInThisContext(), vm.isContext(context));
	server.close();
	vm.runInContext(
		`net.connect(1, '127.0.0.1').on('error', error => { throw new TypeError('of another context: ' + error.code) })`,
		context,
		{filename: 'elsewhere.js'},
	);
};
main();
