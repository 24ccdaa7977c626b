// A plain HTTP server to be loaded: prints its port and pid, ends with its standard input.
const http = require('node:http');

const server = http.createServer((request, response) => {
	if (!request.url.startsWith('/held')) response.end('ok');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port, process.pid));
process.stdin.resume().on('end', () => process.exit(0));
