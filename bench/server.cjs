// A plain HTTP server to be loaded: prints its port and pid, ends with its standard input. Any line on that makes it
// collect its garbage (with --expose-gc) and say so.
const http = require('node:http');

const chunk = Buffer.alloc(256 * 1024, 'x');
const bulkChunks = 256;

const server = http.createServer((request, response) => {
	if (request.url === '/bulk') bulk(response);
	else if (!request.url.startsWith('/held')) response.end('ok');
});
// Idle sockets are to stay.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', 4096, () => console.log(server.address().port, process.pid));
process.stdin.on('data', settle).on('end', () => process.exit(0));

/** 64 MiB, in chunks that each fill the socket. */
function bulk(response) {
	response.setHeader('Content-Length', chunk.length * bulkChunks);
	let left = bulkChunks;
	const push = () => {
		while (left > 0) {
			left--;
			if (!response.write(chunk)) return;
		}

		response.end();
	};
	response.on('drain', push);
	push();
}

async function settle() {
	for (let times = 0; times < 3; times++) {
		globalThis.gc({type: 'major', execution: 'sync', flavor: 'last-resort'});
		await new Promise(setImmediate);
	}

	console.log('settled');
}
