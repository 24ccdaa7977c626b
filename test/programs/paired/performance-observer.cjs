'use strict';
// The entries of net, http and dns that a PerformanceObserver gets, and those of functions and marks.
const dns = require('node:dns');
const http = require('node:http');
const {PerformanceObserver, performance} = require('node:perf_hooks');
const {listening, next, note, withoutNumbers} = require('./sockets.cjs');

const entryTypes = ['net', 'http', 'dns', 'function', 'mark', 'measure'];
const observer = new PerformanceObserver(list => {
	for (const {entryType, name, detail} of list.getEntries()) {
		const {req, host, hostname} = detail ?? {};
		note(entryType, name, Object.keys(detail ?? {}), req?.method ?? host ?? hostname ?? '');
	}
});
observer.observe({
	entryTypes: entryTypes.filter(type => PerformanceObserver.supportedEntryTypes.includes(type)),
});

const main = async () => {
	const server = http.createServer((_request, response) => response.end());
	const port = await listening(server);
	const request = http.get({port, host: '127.0.0.1', agent: false});
	const [response] = await next(request, 'response');
	response.resume();
	await next(response, 'close');
	await dns.promises.lookup('127.0.0.1');
	performance.mark('here');
	performance.timerify(() => {})();
	server.close();
	setTimeout(() => {
		console.log(
			withoutNumbers(
				performance
					.getEntries()
					.map(({name}) => name)
					.join(),
			),
		);
		console.log(Object.keys(performance.nodeTiming).join());
	}, 50);
};
main();
