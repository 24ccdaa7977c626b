'use strict';
const {Readable, Writable} = require('node:stream');
const {Client} = require('basic-ftp');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new Client();
	await client.access({host: '127.0.0.1', port: Number(process.env.FTP_PORT), secure: false});
	await client.cd('upload');
	await client.uploadFrom(Readable.from([Buffer.from('hello')]), 'okapi.txt');
	console.log(
		'list',
		(await client.list()).map(({name, size}) => `${name} ${size}`),
	);
	const chunks = [];
	await client.downloadTo(
		new Writable({write: (chunk, _, done) => done(null, chunks.push(chunk))}),
		'okapi.txt',
	);
	console.log('download', String(Buffer.concat(chunks)));
	await client.remove('okapi.txt');
	await hold();
	client.close();
	console.log('closed');
})();
