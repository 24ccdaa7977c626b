'use strict';
// A class of sockets with its own emit, write, _destroy and _read.
const net = require('node:net');
const {listening, next, note} = require('./sockets.cjs');

class Noted extends net.Socket {
	static made = 0;
	number = ++Noted.made;
	#secret = 'kept';
	emit(name, ...values) {
		note(`socket ${this.number}`, String(name), this.#secret);
		return super.emit(name, ...values);
	}

	_destroy(error, callback) {
		note(`socket ${this.number}`, '_destroy', error?.message);
		super._destroy(error, callback);
	}

	get connecting() {
		return this.ownConnecting;
	}

	set connecting(value) {
		this.ownConnecting = value;
	}
}

const main = async () => {
	const server = net.createServer(socket => socket.end('bye').resume());
	await listening(server);
	const first = new Noted().connect(server.address().port, '127.0.0.1');
	first.resume();
	await next(first, 'close');
	const second = new Noted({allowHalfOpen: true}).on('error', () => {}).connect(1, '127.0.0.1');
	await next(second, 'close');
	const third = new Noted();
	third.on('error', () => {}).destroy(new Error('never used'));
	await next(third, 'close');
	server.close();
};
main();
