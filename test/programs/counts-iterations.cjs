'use strict';
// Replaces what `for…of`, spread and their like run, as polyfills do, and prints how often that was called while it
// listened, connected by name, used HTTP and bound a UDP port twice: never on Node 20. On 22.23, 24.21 and 26.10
// Node's own `filterOnlyValidAddress` (net) and `Agent.createConnection` (_http_agent) do so, once each.
const dgram = require('node:dgram');
const http = require('node:http');

const counts = {};

const count = (prototype, name) => {
	const {value, ...descriptor} = Object.getOwnPropertyDescriptor(prototype, name);
	const title = `${String(name)} of ${prototype[Symbol.toStringTag] ?? prototype.constructor.name}`;
	const counted = function (...values) {
		counts[title] = (counts[title] ?? 0) + 1;
		return Reflect.apply(value, this, values);
	};
	Object.defineProperty(prototype, name, {...descriptor, value: counted});
};

const server = http.createServer((_, response) => response.end('hello'));

[Array, Map, Set].forEach(({prototype}) => {
	const iterator = new prototype.constructor()[Symbol.iterator]();
	count(Object.getPrototypeOf(iterator), 'next');
	count(prototype, Symbol.iterator);
});

server.listen(0, '127.0.0.1', () => {
	http.get({host: 'localhost', family: 4, port: server.address().port}, response => {
		response.resume().on('end', () => server.close());
		server.closeIdleConnections();
	});
});

const bound = dgram.createSocket('udp4').bind(0, '127.0.0.1', () => {
	const second = dgram.createSocket('udp4').on('error', () => {
		second.close();
		bound.close();
	});
	second.bind(bound.address().port, '127.0.0.1');
});

process.on('exit', () => process.stdout.write(`iterations ${JSON.stringify(counts)}\n`));
