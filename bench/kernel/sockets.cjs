// Opens PAIRS connections to itself over the loopback device and holds them until its input ends: two sockets a pair.
// Beyond the descriptor limit of a process, several processes share them. Says "open PID" when all are there.
const {fork} = require('node:child_process');
const net = require('node:net');

const pairs = Number(process.argv[2]);
const pairsEach = 9000;
/** Each source address has its own ports. */
const addresses = 16;
const atOnce = 100;
const sockets = [];

const fail = error => {
	console.error(error.message);
	process.exit(1);
};

const openAll = done => {
	let accepted = 0;
	const server = net.createServer(socket => {
		sockets.push(socket.on('error', () => {}));
		accepted++;
		if (accepted === pairs) done();
	});
	const open = number => {
		if (number >= pairs) return;
		const localAddress = `127.0.0.${2 + (number % addresses)}`;
		const socket = net.connect({port: server.address().port, host: '127.0.0.1', localAddress});
		sockets.push(socket);
		socket.on('connect', () => open(number + atOnce));
		socket.on('error', fail);
	};
	server.listen({port: 0, host: '127.0.0.1', backlog: 4096}, () => {
		for (let number = 0; number < atOnce; number++) open(number);
	});
};

const share = done => {
	const parts = Math.ceil(pairs / pairsEach);
	let opened = 0;
	for (let part = 0; part < parts; part++) {
		const count = Math.floor(pairs / parts) + (part < pairs % parts ? 1 : 0);
		const child = fork(__filename, [String(count)]);
		child.once('message', () => {
			opened++;
			if (opened === parts) done();
		});
		child.once('exit', code => code && process.exit(code));
	}
};

const say = process.send ? () => process.send('open') : () => console.log('open', process.pid);
(pairs > pairsEach ? share : openAll)(say);
process.stdin.resume().on('end', () => process.exit(0));
