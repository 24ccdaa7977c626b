// The server of the customers: it queries the orders, pays, and writes a log for the search engine.
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import {lookup} from './lookup.js';

const quiet = socket =>
	socket.on('error', error => console.error(`${error.code ?? 'error'}: ${error.message}`));
const agent = new http.Agent({keepAlive: true, maxSockets: 2});
const orders = (path, response) =>
	http
		.get({host: 'orders.shop', port: 3001, path, agent, lookup}, answer => answer.pipe(response))
		.on('error', () => response.writeHead(502).end());

http
	.createServer((request, response) => {
		console.log(
			`${new Date().toISOString()} \x1b[32m${request.method}\x1b[39m ${request.url} from ${request.socket.remoteAddress}`,
		);
		if (request.url.startsWith('/orders') || request.url === '/checkout') orders(request.url, response);
		else setTimeout(() => response.end('.'.repeat(4000)), 40);
	})
	.listen(8080, '0.0.0.0');

const pay = () => {
	const socket = tls.connect({
		host: 'payments.example.com',
		port: 443,
		lookup,
		autoSelectFamily: true,
		autoSelectFamilyAttemptTimeout: 250,
		rejectUnauthorized: false,
	});
	quiet(socket)
		.resume()
		.on('secureConnect', () => {
			socket.write('charge'.repeat(20));
			const asking = setInterval(() => socket.write('status'), 900);
			setTimeout(() => {
				clearInterval(asking);
				socket.end();
			}, 45_000);
		});
};
pay();
setInterval(pay, 15_000);

const log = quiet(net.connect({host: 'search.shop', port: 9200, lookup}));
setInterval(() => {
	if (log.writableLength < 150_000) log.write(Buffer.alloc(48 * 1024));
}, 100);

const mail = () => quiet(net.connect({host: 'mail.shop', port: 25, lookup}));
mail();
setInterval(mail, 5000);
