// The event loop is blocked for seconds at a time: clients wait in a short accept queue meanwhile.
import net from 'node:net';

const server = net.createServer(socket => {
	socket.on('error', () => undefined);
	socket.resume().write('report');
});
server.listen({port: 9100, host: '0.0.0.0', backlog: 3});

const cell = new Int32Array(new SharedArrayBuffer(4));
setInterval(() => Atomics.wait(cell, 0, 0, 4500), 6000);
