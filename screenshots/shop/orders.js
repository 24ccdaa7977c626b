// It keeps the orders in a database, and reports that take all of its time.
import http from 'node:http';
import net from 'node:net';
import {lookup} from './lookup.js';

const quiet = socket =>
	socket.on('error', error => console.error(`${error.code ?? 'error'}: ${error.message}`));
const pool = Array.from({length: 3}, () => quiet(net.connect({host: 'postgres.shop', port: 5432, lookup})));
const cache = quiet(net.connect({host: 'redis.shop', port: 6379, lookup}));
for (const socket of [...pool, cache]) socket.resume();
let next = 0;
setInterval(() => pool[next++ % 2].write(`select * from orders where id = ${next}`), 60);
setInterval(() => cache.write('get session'), 200);
// This socket never reads.
pool[2].pause().write('select * from history'.repeat(40));

http
	.createServer((request, response) => {
		if (request.url === '/checkout') setTimeout(() => response.end('paid'), 1500);
		else response.end('{"order": 81723}'.repeat(200));
	})
	.listen(3001, '0.0.0.0');

// A partner whose firewall drops what is sent to it.
const partner = () => quiet(net.connect({host: '203.0.113.9', port: 8443}));
partner();
setInterval(partner, 20_000);
quiet(net.connect({host: 'ledger.shop', port: 7000, lookup}));
