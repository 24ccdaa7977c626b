'use strict';
// c-ares, which is native code, asks a name server that never answers.
const dgram = require('node:dgram');
const dns = require('node:dns');
const {say, untilLine} = require('./helpers/facts.cjs');

const server = dgram.createSocket('udp4');
server.bind(0, '127.0.0.1', async () => {
	const {port} = server.address();
	const resolver = new dns.promises.Resolver({timeout: 60_000, tries: 1});
	resolver.setServers([`127.0.0.1:${port}`]);
	const failed = resolver.resolve4('name.test').catch(({code}) => code);
	say('ready', {pid: process.pid, port});
	await untilLine();
	resolver.cancel();
	await failed;
	server.close();
});
