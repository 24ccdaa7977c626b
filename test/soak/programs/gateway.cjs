'use strict';
// A gateway between two real proxies: clients come through HAProxy, and its own requests go through Squid, by HTTP and by
// CONNECT.
const http = require('node:http');
const https = require('node:https');
const fs = require('node:fs');
const path = require('node:path');
const {HttpsProxyAgent} = require('https-proxy-agent');
const {ProxyAgent} = require('undici');
const {again, closed, count, holdNowAndThen, listening, report, together, wait} = require('./load.cjs');

const read = name => fs.readFileSync(path.join(__dirname, '../../../examples/support', name));
const haproxy = Number(process.env.SOAK_HAPROXY_PORT);
const squid = Number(process.env.SOAK_SQUID_PORT);
const gatewayPort = Number(process.env.SOAK_GATEWAY_PORT);
const cert = read('public-test-certificate.pem');

const origin = async (request, response) => {
	if (request.url.endsWith('/slow')) await wait(200 + Math.random() * 400);
	response.end(request.url.endsWith('/large') ? Buffer.alloc(256 * 1024, 'x') : 'hello\n');
};

/** @returns the status of an answer whose body has been read */
const ask = (client, options) =>
	new Promise((resolve, reject) => {
		const request = client.get(options, response => {
			response.once('error', reject);
			response.once('end', () => resolve(response.statusCode));
			response.resume();
		});
		request.once('error', error => {
			// A proxy ends a kept connection without an answer where its own connection to the server has just ended.
			if (request.reusedSocket && error.code === 'ECONNRESET') resolve(ask(client, options));
			else reject(error);
		});
	});

const main = async () => {
	const plain = http.createServer(origin);
	const secure = https.createServer({key: read('public-test-key.pem'), cert}, origin);
	const [plainPort, securePort] = [await listening(plain), await listening(secure)];
	const forward = new http.Agent({keepAlive: true, maxSockets: 10});
	const tunnel = new HttpsProxyAgent(`http://127.0.0.1:${squid}`, {keepAlive: true, maxSockets: 10});
	const dispatcher = new ProxyAgent({uri: `http://127.0.0.1:${squid}`, requestTls: {ca: cert}});
	const upstream = {
		'/forward': where =>
			ask(http, {
				host: '127.0.0.1',
				port: squid,
				path: `http://127.0.0.1:${plainPort}${where}`,
				agent: forward,
			}),
		'/tunnel': where =>
			ask(https, {host: 'localhost', port: securePort, path: where, ca: cert, agent: tunnel}),
		'/fetch': async where => {
			const response = await fetch(`https://localhost:${securePort}${where}`, {dispatcher});
			await response.arrayBuffer();
			return response.status;
		},
	};
	const gateway = http.createServer(async (request, response) => {
		const way = Object.keys(upstream).find(prefix => request.url.startsWith(prefix));
		try {
			response.statusCode = way ? await upstream[way](request.url.slice(way.length)) : 404;
			response.end('passed on\n');
		} catch (error) {
			count(`failed: ${error.code ?? error.message}`);
			response.writeHead(502).end();
		}
	});
	await new Promise(resolve => gateway.listen(gatewayPort, '127.0.0.1', resolve));
	const clients = new http.Agent({keepAlive: true});
	const request = async where => {
		const status = await ask(http, {host: '127.0.0.1', port: haproxy, path: where, agent: clients});
		if (status === 200) count('requests');
		else count(`answers with ${status}`);
	};
	await Promise.all([
		together(3, index => again(() => request(`${Object.keys(upstream)[index]}/`), 40)),
		again(() => together(20, index => request(`${Object.keys(upstream)[index % 3]}/`)), 5000),
		...Object.keys(upstream).map(way => again(() => request(`${way}/large`), 2000)),
		...Object.keys(upstream).map(way => again(() => request(`${way}/slow`), 2000)),
		holdNowAndThen(100, 7000),
	]);
	clients.destroy();
	forward.destroy();
	tunnel.destroy();
	await dispatcher.close();
	for (const server of [gateway, plain, secure]) {
		server.closeIdleConnections();
		await closed(server);
	}
	report();
};

main();
