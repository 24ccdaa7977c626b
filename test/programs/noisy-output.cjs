'use strict';
// Output that a careless screen would break on: colours, a cleared screen, a title, a bell, bytes that are no UTF-8,
// a long line, a line without an end; and lines on standard error in between.
const fs = require('node:fs');

const esc = '\u001b';
const outputs = [
	[1, 'plain\n'],
	[2, 'a complaint\n'],
	[1, `${esc}[31mred${esc}[0m\n`],
	[1, `${esc}[2J${esc}[Hcleared\n`],
	[1, `${esc}]0;a title\u0007titled\n`],
	[1, `bell\u0007 and \u009b31m one-byte control\n`],
	[1, 'wide 漢字 and \u202eright to left\u202c\n'],
	[1, Buffer.from([0x66, 0xff, 0xfe, 0x0a])],
	[1, `${'long '.repeat(1000)}\n`],
	[2, 'another complaint\n'],
	[1, 'no end of line'],
];
for (const [fd, text] of outputs) fs.writeSync(fd, text);
