// A plain HTTP server to watch while you send it requests from another terminal.
//
//     netwatch -- node examples/server.js
//
// PORT (3000 if not given, 0 for any free one) and HOST (this machine only if not given) say where it listens.
import http from 'node:http';
import {pipeline} from 'node:stream/promises';
import {setTimeout as sleep} from 'node:timers/promises';

const port = Number(process.env.PORT || 3000);
const host = process.env.HOST || '127.0.0.1';

const routes = {
	'/': answerFast,
	'/slow': answerSlowly,
	'/stream': stream,
	'/upload': swallow,
	'/echo': echo,
};

const server = http.createServer(async (request, response) => {
	const route = routes[request.url.split('?')[0]];
	if (!route) {
		response.writeHead(404).end(`Not here. Try ${Object.keys(routes).join(' ')}\n`);
		return;
	}
	try {
		await route(request, response);
	} catch (error) {
		// The client has gone: a server lives with that.
		console.log(`${request.method} ${request.url}: ${error.code ?? error.message}`);
		response.destroy();
	}
});

server.on('error', error => {
	console.error(explain(error));
	process.exit(1);
});

if (!Number.isInteger(port) || port < 0 || port > 65_535) {
	console.error(`PORT must be a whole number from 0 to 65535, not "${process.env.PORT}"`);
	process.exit(1);
}

server.listen(port, host, () => {
	const {address, family, port: real} = server.address();
	const at = `http://${family === 'IPv6' ? `[${address}]` : address}:${real}`;
	const tries = [
		[`curl ${at}/`, 'answers at once'],
		[`curl ${at}/slow`, 'answers after 3 s'],
		[`curl -N ${at}/stream`, 'ten lines, one a second'],
		[`head -c 20M /dev/zero | curl -T - ${at}/upload`, 'reads slowly: the sender has to wait'],
		[`curl -d hello ${at}/echo`, 'sends back what it gets'],
	];
	const width = Math.max(...tries.map(([command]) => command.length));
	console.log(`listening on ${at}\nTry, in another terminal:`);
	for (const [command, effect] of tries) console.log(`  ${command.padEnd(width)}  # ${effect}`);
});

function answerFast(_request, response) {
	response.end('hello\n');
}

async function answerSlowly(_request, response) {
	await sleep(3000);
	response.end('sorry for the wait\n');
}

async function stream(_request, response) {
	for (let line = 1; line <= 10 && !response.destroyed; line++) {
		response.write(`line ${line} of 10\n`);
		await sleep(1000);
	}
	response.end();
}

/** Reads the body at no more than a few megabytes a second. */
async function swallow(request, response) {
	let bytes = 0;
	for await (const chunk of request) {
		bytes += chunk.length;
		await sleep(chunk.length / 2000);
	}
	response.end(`got ${bytes} bytes\n`);
}

async function echo(request, response) {
	await pipeline(request, response);
}

function explain(error) {
	const where = `port ${port} of ${host}`;
	switch (error.code) {
		case 'EADDRINUSE':
			return `${where} is taken. Choose another one: PORT=3001 node examples/server.js (PORT=0 takes any free one)`;
		case 'EACCES':
			return `${where} is not for everybody. Choose one above 1023: PORT=3000 node examples/server.js`;
		default:
			return `cannot listen on ${where}: ${error.message}`;
	}
}
