// The thread behind busy-server.js.
import net from 'node:net';
import {parentPort, workerData} from 'node:worker_threads';

const gate = new Int32Array(workerData);
const sockets = new Set();
let server;

const serve = socket => {
	sockets.add(socket);
	socket.on('error', () => {});
	socket.on('close', () => sockets.delete(socket));
	socket.resume();
	socket.end('sorry for the wait\n');
};

const listen = ({id, options}) => {
	server = net.createServer(serve);
	server.on('listening', () => parentPort.postMessage({id, port: server.address().port}));
	server.on('error', error => parentPort.postMessage({id, error: error.message}));
	server.listen(options);
};

const block = ({id, ms}) => {
	parentPort.postMessage({id});
	// A long computation would do the same to the loop; this costs no processor time.
	Atomics.wait(gate, 0, 0, ms);
};

const close = () => {
	server?.close();
	for (const socket of sockets) socket.destroy();
};

parentPort.on('message', request => {
	if (request.do === 'listen') listen(request);
	else if (request.do === 'block') block(request);
	else close();
});
