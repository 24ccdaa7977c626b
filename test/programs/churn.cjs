'use strict';
// A few connections that live, with and without TLS, beside many that do not. For each line on standard input it makes so many short
// connections, closes one living pair of each kind and opens another, and prints the living pairs and its memory.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');
const tls = require('node:tls');
const {setFlagsFromString} = require('node:v8');
const {runInNewContext} = require('node:vm');
const {say, listening, next, until, describe} = require('./helpers/facts.cjs');

// Not --expose-gc: the program would see it in its execArgv.
setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc');

const read = name => fs.readFileSync(path.join(__dirname, '../../examples/support', name));
const cert = read('public-test-certificate.pem');
const atOnce = 20;

/** The newest short connection; it is collected once Node and the hook have let go of it. */
let newest = new WeakRef({});

const heldBytes = async () => {
	await until(() => {
		collect();
		return newest.deref() === undefined;
	});
	const {heapUsed, external, rss} = process.memoryUsage();
	return {heap: heapUsed + external, rss};
};

const main = async () => {
	const accepted = [];
	const take = socket => {
		accepted.push(socket);
		socket.on('error', () => {}).pipe(socket);
	};
	const plain = net.createServer({noDelay: true}, take);
	const secure = tls.createServer({key: read('public-test-key.pem'), cert}, take);
	const plainPort = await listening(plain);
	const securePort = await listening(secure);
	const short = net.createServer(socket => socket.end('bye'));
	const shortPort = await listening(short);

	const open = async port => {
		const options = {port, host: '127.0.0.1', ca: cert, servername: 'localhost'};
		const client = port === securePort ? tls.connect(options) : net.connect(options);
		client.write('hello');
		await next(client, 'data');
		client.resume();
		const server = accepted.at(-1);
		await until(() => server.writableLength === 0);
		return {client, server};
	};

	const close = async ({client, server}) => {
		client.end();
		await Promise.all([next(client, 'close'), server.closed || next(server, 'close')]);
	};

	const come = async count => {
		for (let left = count; left > 0; left--) {
			const client = net.connect(shortPort, '127.0.0.1').resume();
			newest = new WeakRef(client);
			await next(client, 'close');
		}
	};

	const living = [];
	for (const port of [plainPort, securePort, plainPort, securePort]) living.push(await open(port));
	const report = async (fact, ms) => {
		const pairs = living.map(({client, server}) => ({client: describe(client), server: describe(server)}));
		say(fact, {pid: process.pid, ms, pairs, ...(await heldBytes())});
	};

	await come(500);
	await report('ready', 0);
	for await (const line of readline.createInterface({input: process.stdin})) {
		if (line === 'end') break;
		const begun = performance.now();
		const each = Math.ceil(Number(line) / atOnce);
		await Promise.all(Array.from({length: atOnce}, () => come(each)));
		for (const port of [plainPort, securePort]) {
			await close(living.shift());
			living.push(await open(port));
		}

		await report('churned', performance.now() - begun);
	}

	process.stdin.destroy();
	for (const pair of living) await close(pair);
	for (const server of [plain, secure, short]) server.close();
	console.log('the end');
};

main();
