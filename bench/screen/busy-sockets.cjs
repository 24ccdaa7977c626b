// Opens PAIRS connections to itself over the loopback device, each of which carries a greeting both ways; of these CHANGING a
// second, one after the other, then carry a few bytes from the client to the server, which changes the rows of both. Ends with its standard input or by SIGTERM.
// Beyond the descriptor limit of a process, several processes share them.
const {fork} = require('node:child_process');
const net = require('node:net');

const [pairs = 1, changing = 0] = process.argv.slice(2).map(Number);
const pairsEach = 9000;
/** Each destination has its own ports. */
const addresses = 16;
const atOnce = 100;
const tickMs = 100;
const clients = [];

const fail = error => {
	console.error(error.message);
	process.exit(1);
};

const exchange = () => {
	let next = 0;
	let owed = 0;
	setInterval(() => {
		owed += (changing * tickMs) / 1000;
		for (; owed >= 1; owed--) clients[next++ % clients.length].write('a few bytes');
	}, tickMs);
};

const openAll = () => {
	let accepted = 0;
	const server = net.createServer(socket => {
		socket.on('error', () => {}).once('data', () => socket.write('hello'));
		socket.resume();
		if (++accepted === pairs && changing > 0) exchange();
	});
	const open = number => {
		if (number >= pairs) return;
		const socket = net.connect(server.address().port, `127.0.0.${1 + (number % addresses)}`);
		clients.push(socket);
		socket.resume().on('connect', () => {
			socket.write('hello');
			open(number + atOnce);
		});
		socket.on('error', fail);
	};
	server.listen({port: 0, host: '0.0.0.0', backlog: 4096}, () => {
		for (let number = 0; number < atOnce; number++) open(number);
	});
};

const share = () => {
	const parts = Math.ceil(pairs / pairsEach);
	for (let part = 0; part < parts; part++) {
		const own = Math.floor(pairs / parts) + (part < pairs % parts ? 1 : 0);
		const child = fork(__filename, [String(own), String(changing / parts)]);
		child.once('exit', code => code && process.exit(code));
	}
};

(pairs > pairsEach ? share : openAll)();
process.on('disconnect', () => process.exit(0));
process.stdin.resume().on('end', () => process.exit(0));
// A killed netwatch does not end its command, and its pipe may stay open.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(0), 1000).unref();
