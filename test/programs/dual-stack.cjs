'use strict';
// A server on every address of both families; one client comes over IPv4, one over IPv6.
const net = require('node:net');
const {say, untilLine, listening, describe, describeListener, pair} = require('./helpers/facts.cjs');

const main = async () => {
	const server = net.createServer();
	await listening(server, {host: '::'});
	const v4 = await pair(server, {host: '127.0.0.1'});
	const v6 = await pair(server, {host: '::1'});
	const both = ({client, serverSide}) => ({client: describe(client), server: describe(serverSide)});
	say('ready', {listener: describeListener(server), v4: both(v4), v6: both(v6)});
	await untilLine();
	server.close();
	for (const {client} of [v4, v6]) client.end();
};

main();
