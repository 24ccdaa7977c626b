'use strict';
// The diagnostics channels of HTTP, of UDP, of clients and of listen(): the only ones that may have a subscriber.
const {hasSubscribers} = require('node:diagnostics_channel');

for (const name of [
	'net.client.socket',
	'udp.socket',
	'http.client.request.start',
	'http.client.response.finish',
	'http.server.request.start',
	'http.server.response.finish',
	'tracing:net.server.listen:asyncStart',
	'tracing:net.server.listen:asyncEnd',
	'tracing:net.server.listen:error',
]) {
	console.log(name, hasSubscribers(name));
}
