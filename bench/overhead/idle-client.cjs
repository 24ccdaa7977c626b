// Opens COUNT connections to a server on this host, gets one answer on each, and holds them until its input ends.
// Several source addresses, since each has its own ports.
const net = require('node:net');

const [port, count] = process.argv.slice(2).map(Number);
const addresses = 16;
const atOnce = 100;
const sockets = [];
let answered = 0;

function open() {
	if (sockets.length === count) return;
	const localAddress = `127.0.0.${2 + (sockets.length % addresses)}`;
	const socket = net.connect({port, host: '127.0.0.1', localAddress});
	sockets.push(socket);
	socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
	socket.on('error', error => {
		console.error(error.message);
		process.exit(1);
	});
	socket.once('data', () => {
		answered++;
		if (answered === count) console.log('open');
		open();
	});
}

for (let number = 0; number < atOnce; number++) open();
process.stdin.resume().on('end', () => {
	// A reset leaves nothing in the kernel's table for the next server.
	for (const socket of sockets) socket.resetAndDestroy();
	process.exit(0);
});
