'use strict';
// TLS that begins on a connection that was plain before, to a server whose certificate is not trusted. The argument is the way
// there: 'connect' (an HTTP proxy), 'socks' (a SOCKS proxy), 'starttls' (a mail server). An origin's name is "origin.test".
// They stay until a line on standard input.
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const {say, untilLine, listening, next} = require('../helpers/facts.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../../examples/support', name));
const key = read('public-test-key.pem');
const cert = read('public-test-certificate.pem');
const [way] = process.argv.slice(2);

const sockets = [];
const keep = socket => {
	sockets.push(socket);
	return socket.on('error', () => {});
};

const main = async () => {
	const origin = https.createServer({key, cert}, (_, response) => response.end());
	const originPort = await listening(origin);
	const tunnel = client => {
		const upstream = keep(net.connect(originPort, '127.0.0.1'));
		client.pipe(upstream).pipe(client);
	};
	const server = net.createServer(async client => {
		keep(client);
		if (way === 'starttls') client.write('220 mail.test ESMTP\r\n');
		await next(client, 'data');
		if (way !== 'socks') client.write(way === 'starttls' ? '220 go ahead\r\n' : 'HTTP/1.1 200 OK\r\n\r\n');
		if (way === 'socks') {
			client.write(Buffer.from([5, 0]));
			await next(client, 'data');
			client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
		}

		if (way === 'starttls') keep(new tls.TLSSocket(client, {isServer: true, key, cert}));
		else tunnel(client);
	});
	const port = await listening(server);
	say('ports', {port, originPort});

	const plain = keep(net.connect(port, '127.0.0.1'));
	if (way === 'starttls') {
		await next(plain, 'data');
		plain.write('STARTTLS\r\n');
	}

	if (way === 'connect')
		plain.write(`CONNECT origin.test:${originPort} HTTP/1.1\r\nHost: origin.test\r\n\r\n`);
	if (way === 'socks') {
		plain.write(Buffer.from([5, 1, 0]));
		await next(plain, 'data');
		plain.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, 0, 1]));
	}

	await next(plain, 'data');
	const servername = way === 'starttls' ? 'mail.test' : 'origin.test';
	const secure = keep(tls.connect({socket: plain, servername, ALPNProtocols: ['http/1.1']}));
	if (way !== 'starttls') {
		const agent = new https.Agent();
		agent.createConnection = () => secure;
		https.get({host: 'origin.test', port: originPort, agent}).on('error', () => {});
	}

	await untilLine();
	for (const each of [server, origin]) each.close();
	for (const socket of sockets) socket.destroy();
};

main();
