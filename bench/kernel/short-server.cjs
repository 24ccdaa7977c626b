// Answers one request on each connection and ends it. Says "port PORT PID" first, and "connections COUNT" when its input ends.
const net = require('node:net');

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
let connections = 0;

const server = net.createServer(socket => {
	connections++;
	socket.on('error', () => {}).once('data', () => socket.end(answer));
});
server.listen({port: 0, host: '127.0.0.1', backlog: 4096}, () =>
	console.log('port', server.address().port, process.pid),
);
process.stdin.resume().on('end', () => {
	console.log('connections', connections);
	server.close();
	process.exit(0);
});
