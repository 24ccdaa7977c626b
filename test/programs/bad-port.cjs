'use strict';
// net.connect() throws at once for a port that cannot be.
const net = require('node:net');

net.connect(70_000, '127.0.0.1');
