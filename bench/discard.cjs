// Reads a FIFO and throws away what it reads: the hook's cost without netwatch's.
const fs = require('node:fs');
const net = require('node:net');

const fd = fs.openSync(process.argv[2], fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
new net.Socket({fd, readable: true, writable: false}).resume();
console.log('reading');
