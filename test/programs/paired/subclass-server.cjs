'use strict';
// Classes of servers with their own emit, of net and of http.
const http = require('node:http');
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

const noted = (actor, Base) =>
	class extends Base {
		emit(name, ...values) {
			note(actor, String(name), values.length);
			return super.emit(name, ...values);
		}

		close(...values) {
			note(actor, 'close() is called');
			return super.close(...values);
		}
	};

const main = async () => {
	const Plain = noted('net', net.Server);
	const plain = new Plain(socket => socket.end().resume());
	await listening(plain);
	const client = net.connect(plain.address().port, '127.0.0.1').resume();
	await next(client, 'close');
	plain.close();

	const Web = noted('http', http.Server);
	const web = new Web((_request, response) => response.end('hello'));
	const port = await listening(web);
	const [response] = await next(http.get({port, host: '127.0.0.1', agent: false}), 'response');
	await next(response.resume(), 'close');
	web.close();

	const failing = new Plain();
	failing.on('error', error => note('net', error.code)).listen(0, '198.51.100.1');
};
main();
