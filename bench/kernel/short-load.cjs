// Opens RATE connections a second to PORT, with one request each, for so many SECONDS. Says "done" and how many had an answer.
const net = require('node:net');

const [port, rate, seconds] = process.argv.slice(2).map(Number);
const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
const tickMs = 5;
const begun = performance.now();
let opened = 0;
let answered = 0;
let closed = 0;

const open = () => {
	opened++;
	const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
	socket.on('error', () => {}).once('data', () => answered++);
	socket.resume().once('close', () => {
		closed++;
		if (timer._destroyed && closed === opened) console.log('done', answered);
	});
};

const timer = setInterval(() => {
	const due = Math.min((performance.now() - begun) / 1000, seconds) * rate;
	while (opened < due) open();
	if (opened >= rate * seconds) clearInterval(timer);
}, tickMs);
