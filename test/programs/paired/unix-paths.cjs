'use strict';
// Unix sockets: files, modes, the abstract name, an address in use, a file that is no socket.
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const {next, note, textOf} = require('./sockets.cjs');

const main = async () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'same-'));
	const file = path.join(folder, 'socket');
	const server = net.createServer(socket => {
		note('accepted', JSON.stringify(socket.address()), socket.remoteAddress, socket.readyState);
		socket.end('from a file').resume();
	});
	server.listen({path: file, readableAll: true});
	await next(server, 'listening');
	note('server', server.address() === file, (fs.statSync(file).mode & 0o777).toString(8));
	note('client', await textOf(net.connect(file)));
	const second = net.createServer().listen(file);
	note('second', (await next(second, 'error'))[0].code);
	fs.writeFileSync(path.join(folder, 'plain'), '');
	note('plain', (await next(net.connect(path.join(folder, 'plain')), 'error'))[0].code);
	server.close();
	await next(server, 'close');
	note('server', fs.existsSync(file));
	note('gone', (await next(net.connect(file), 'error'))[0].code);
	fs.rmSync(folder, {recursive: true});
};
main();
