'use strict';
// Puts control sequences, and characters that hide text, into all texts of a program: its title, the paths of its
// sockets, names that it looks up, errors, requests, and both its outputs. A line on standard input makes it print more and end.
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const {untilLine, listening, next} = require('./helpers/facts.cjs');

const esc = '\u001b';
const evil = `${esc}[2J${esc}]0;owned\u0007\u009b31m\u202eevil\u2066\u200b\u2028\u{e0041}\u0085`;

const outputs = [
	`${esc}[0m${esc}[31mred${esc}[0m plain ${esc}[1;38;5;208morange`,
	'still orange',
	`${esc}[0m${esc}[2J${esc}[H${esc}[?1049l${esc}[?1000h${esc}[?25h${esc}c${esc}[!p${esc}[6n${esc}[5i modes`,
	`${esc}]0;owned${'\u0007'}${esc}]52;c;b3duZWQ=${'\u0007'}${esc}]8;;http://evil${esc}\\link${esc}]8;;${esc}\\ strings`,
	`${esc}P+q544e${esc}\\${esc}_Gi=1;AAAA${esc}\\${esc}^x${esc}\\${esc}Xx${esc}\\ devices`,
	`\u009b31mone \u009d0;owned\u009c byte \u0090x\u009c`,
	`unfinished ${esc}]0;owned`,
	`unfinished ${esc}[38;5`,
	`\0\u0001\u0007\u000b\u000c\u000e\u007f controls`,
	'\u202eright to left\u202c \u2066isolate\u2069 \u200e\u200f\u061c marks',
	'zero\u200bwidth\u200d\ufeff\u2060 lines\u2028para\u2029graphs\u0085 tags\u{e0041}\u{e0100} notes\ufff9\ufffb',
	`a${'\u0301'.repeat(10_000)}b marks`,
	`${'\u0301'.repeat(10_000)}`,
	`${'wide 漢字 '.repeat(2000)}`,
	'10 %\r50 %\r100 % bar',
	'a\tb\t\tc tabs',
	'N\bNA\bAM\bME\bE overstrike',
	`${esc}[999;999;${'1;'.repeat(20_000)}mgiant`,
];

const main = async () => {
	const directory = process.cwd();
	process.title = evil;
	const unix = net.createServer(socket => socket.resume());
	unix.listen(path.join(directory, `sock-\n${evil}`));
	await next(unix, 'listening');
	net.connect(path.join(directory, `sock-\n${evil}`)).on('error', () => {});
	const abstract = net.createServer(socket => socket.resume());
	abstract.listen(`\0abstract-${evil}-${process.pid}`);
	await next(abstract, 'listening');

	const failure = Object.assign(new Error(`cannot ${evil}`), {
		code: `E${evil}`,
		syscall: evil,
		hostname: evil,
	});
	const looked = net.connect({
		host: `${evil}.test`,
		port: 80,
		lookup: (_host, _options, done) => done(failure),
	});
	looked.on('error', () => {});
	const found = net.createServer(socket => socket.resume());
	const port = await listening(found);
	const lookup = (_host, options, done) =>
		options.all ? done(null, [{address: '127.0.0.1', family: 4}]) : done(null, '127.0.0.1', 4);
	net.connect({host: `${evil}.test`, port, lookup}).on('error', () => {});

	const server = http.createServer(() => {});
	const web = await listening(server);
	const client = net.connect(web, '127.0.0.1', () =>
		client.write(`GET /\u202e${evil.slice(-3)} HTTP/1.1\r\nHost: \u202ex\r\n\r\n`),
	);
	client.on('error', () => {});

	for (const text of outputs) {
		fs.writeSync(1, `${text}\n`);
		fs.writeSync(2, `${text} error\n`);
	}
	fs.writeSync(
		1,
		Buffer.from([0x9b, 0x33, 0x31, 0x6d, 0xc2, 0x0a, 0xff, 0xfe, 0x9d, 0x30, 0x3b, 0x78, 0x9c, 0x0a]),
	);
	fs.writeSync(1, 'ready');
	await untilLine();
	for (const text of outputs.slice(0, 9)) fs.writeSync(1, `\n${text}`);
	fs.writeSync(2, `${esc}[0mlast words ${esc}[31mred${esc}]0;x`);
	process.exit(3);
};

main();
