'use strict';
// util.inspect() of sockets, servers and messages, numbers left out; two levels deep; with
// hidden properties, by an argument.
const http = require('node:http');
const net = require('node:net');
const util = require('node:util');
const {listening, next, pair, withoutNumbers} = require('./sockets.cjs');

const options =
	process.argv[2] === 'hidden' ? {depth: 0, showHidden: true, sorted: true} : {depth: 2, breakLength: 100};

const show = thing => {
	console.log(withoutNumbers(util.inspect(thing, options)));
	console.log(withoutNumbers(util.format('%s %o %j', thing?.constructor?.name, [], {})));
};

const main = async () => {
	const server = http.createServer((request, response) => {
		show(request.socket);
		response.end('hello');
	});
	show(server);
	const request = http.get({host: '127.0.0.1', port: await listening(server), agent: false});
	const [response] = await next(request, 'response');
	show(response.socket);
	response.resume();
	await next(response, 'close');
	server.close();

	const plain = net.createServer();
	await listening(plain);
	const {client, serverSide} = await pair(plain);
	show(plain);
	show(client);
	client.destroy();
	serverSide.destroy();
	await next(client, 'close');
	show(client);
	plain.close();
};
main();
