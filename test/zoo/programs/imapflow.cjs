'use strict';
const {readFileSync} = require('node:fs');
const {ImapFlow} = require('imapflow');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new ImapFlow({
		host: '127.0.0.1',
		port: Number(process.env.IMAP_PORT),
		secure: false,
		auth: {user: 'zoo', pass: 'zoo'},
		tls: {ca: readFileSync(process.env.ZOO_CA)},
		logger: false,
	});
	await client.connect();
	console.log('secure', client.secureConnection);
	await client.append('INBOX', 'Subject: okapi\r\n\r\nhello\r\n');
	const lock = await client.getMailboxLock('INBOX');
	for await (const {envelope} of client.fetch('1:*', {envelope: true})) console.log('mail', envelope.subject);
	await client.messageDelete('1:*');
	lock.release();
	await hold();
	await client.logout();
	console.log('closed');
})();
