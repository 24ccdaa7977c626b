// The unwatched peers of the shop: databases, a search engine that is too slow, a payment service, and customers.
import {readFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

const support = path.join(import.meta.dirname, '../../examples/support');
const answers = socket => {
	socket.on('error', () => undefined);
	socket.on('data', bytes => socket.write(Buffer.alloc(Math.min(8192, 40 * bytes.length), 0x2e)));
};
const listen = (server, port, host) => new Promise(resolve => server.listen(port, host, resolve));

await listen(net.createServer(answers), 5432, '10.20.0.20');
await listen(net.createServer(answers), 6379, '10.20.0.21');
// The search engine takes what the kernel takes for it, and reads nothing.
await listen(
	net.createServer({pauseOnConnect: true}, () => undefined),
	9200,
	'10.20.0.22',
);
const secrets = {
	key: readFileSync(path.join(support, 'public-test-key.pem')),
	cert: readFileSync(path.join(support, 'public-test-certificate.pem')),
};
await listen(tls.createServer(secrets, answers), 443, '10.20.0.24');

// Customers: some come and go, some are slow, one keeps an idle connection.
const agent = new http.Agent({keepAlive: true, maxSockets: 3});
const ask = (target, localAddress) =>
	http
		.get({...target, localAddress, agent, headers: {'user-agent': 'shop'}}, response => response.resume())
		.on('error', () => undefined);
const paths = ['/products?page=2', '/cart', '/orders/81723', '/checkout', '/reports/daily'];
let count = 0;
setInterval(() => {
	count += 1;
	ask({host: '10.20.0.10', port: 8080, path: paths[count % paths.length]}, `10.20.0.${100 + (count % 3)}`);
}, 150);
const askReport = () => {
	const socket = net.connect({host: '10.20.0.10', port: 9100, localAddress: '10.20.0.104'});
	socket.on('error', () => undefined).on('data', () => socket.destroy());
};
setInterval(askReport, 800);
net.connect({host: '10.20.0.10', port: 8080, localAddress: '10.20.0.105'}).on('error', () => undefined);
