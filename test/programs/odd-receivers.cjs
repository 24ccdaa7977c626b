// Reads `emit` of what is no ordinary socket or server: mocks, proxies and copies must find what they always found.
const {EventEmitter} = require('node:events');
const net = require('node:net');

const refuseOthers = {
	get(object, key) {
		if (key === 'emit') return Reflect.get(object, key, this.receiver);
		throw new Error(`${String(key)} is not to be read`);
	},
};

for (const prototype of [net.Socket.prototype, net.Server.prototype]) {
	for (const receiver of [
		undefined,
		null,
		5,
		'text',
		prototype,
		Object.create(prototype),
		new Proxy({}, refuseOthers),
	]) {
		console.log(Reflect.get(prototype, 'emit', receiver) === EventEmitter.prototype.emit);
	}
}

const copy = Object.create(process);
copy.emit = () => 'its own';
console.log(copy.emit(), process.emit === copy.emit);

const socket = new net.Socket();
socket.emit = () => 'replaced';
console.log(socket.emit('anything'), Object.keys(socket).includes('emit'));
const server = net.createServer();
server.emit = () => 'replaced';
console.log(server.emit('anything'), Object.keys(server).includes('emit'));

process.on('exit', () => console.log('the exit listener ran'));
