'use strict';
const {once} = require('node:events');
const {readFileSync} = require('node:fs');
const {Client} = require('ssh2');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new Client();
	client.connect({
		host: '127.0.0.1',
		port: Number(process.env.SSH_PORT),
		username: process.env.SSH_USER,
		privateKey: readFileSync(process.env.SSH_KEY),
	});
	await once(client, 'ready');
	const run = command =>
		new Promise((resolve, reject) =>
			client.exec(command, (error, stream) => {
				if (error) return reject(error);
				let text = '';
				stream.on('data', data => {
					text += data;
				});
				stream.on('close', code => resolve(`${code} ${text.trim()}`));
			}),
		);
	console.log('exec', await run('echo hello; exit 3'));
	const sftp = await new Promise((resolve, reject) =>
		client.sftp((error, session) => (error ? reject(error) : resolve(session))),
	);
	console.log(
		'sftp',
		await new Promise((resolve, reject) =>
			sftp.realpath('/usr/.', (error, path) => (error ? reject(error) : resolve(path))),
		),
	);
	await hold();
	client.end();
	await once(client, 'close');
	console.log('closed');
})();
