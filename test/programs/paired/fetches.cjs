'use strict';
// The global fetch: bodies, redirects, aborts, errors with their causes, several at once.
const http = require('node:http');
const {listening, note} = require('./sockets.cjs');

const main = async () => {
	const server = http.createServer((request, response) => {
		if (request.url === '/moved') return response.writeHead(302, {location: '/'}).end();
		if (request.url === '/broken') return request.socket.destroy();
		if (request.url === '/never') return;
		response.writeHead(200, {'content-type': 'application/json'});
		request.on('data', () => {}).on('end', () => response.end(JSON.stringify({method: request.method})));
	});
	const url = `http://127.0.0.1:${await listening(server)}`;
	note('get', JSON.stringify(await (await fetch(url)).json()));
	const posted = await fetch(url, {method: 'POST', body: 'a body'});
	note('post', posted.status, posted.headers.get('content-type'), await posted.text());
	const moved = await fetch(`${url}/moved`);
	note('moved', moved.redirected, (await moved.arrayBuffer()).byteLength);
	const all = await Promise.all([1, 2, 3].map(async () => (await fetch(url)).text()));
	note('at once', new Set(all).size);
	for (const [path, options] of [
		['/broken', {}],
		['/never', {signal: AbortSignal.timeout(50)}],
		['/never', {signal: AbortSignal.abort()}],
	]) {
		await fetch(url + path, options).catch(({name, cause}) => note(path, name, cause?.name, cause?.code));
	}

	await fetch('http://127.0.0.1:2/').catch(({message, cause}) =>
		note('refused', message, cause.code ?? cause.message),
	);
	note('process', process.eventNames().map(String).join());
	server.close();
	server.closeAllConnections();
};
main();
