'use strict';
// Opens files until no descriptor is left, connects once to 127.0.0.1 and looks up the name `localhost`, then gives them back.
const fs = require('node:fs');
const net = require('node:net');
const {say, untilLine} = require('../helpers/facts.cjs');

const main = async () => {
	// Its code is loaded before no file can be opened any more.
	await new Promise(resolve => net.connect(1, '127.0.0.1').once('error', resolve));
	const files = [];
	try {
		for (;;) files.push(fs.openSync('/dev/null'));
	} catch (error) {
		if (error.code !== 'EMFILE') throw error;
	}
	const codeOf = socket => new Promise(resolve => socket.once('error', ({code}) => resolve(code)));
	const codes = [await codeOf(net.connect(1, 'localhost')), await codeOf(net.connect(1, '127.0.0.1'))];
	for (const file of files) fs.closeSync(file);
	say('failed', {codes});
	await untilLine();
};

main();
