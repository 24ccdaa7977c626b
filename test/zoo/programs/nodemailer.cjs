'use strict';
const {readFileSync} = require('node:fs');
const {createTransport} = require('nodemailer');
const {hold} = require('./hold.cjs');

(async () => {
	const transport = createTransport({
		host: '127.0.0.1',
		port: Number(process.env.SMTP_PORT),
		pool: true,
		maxConnections: 1,
		requireTLS: true,
		tls: {ca: readFileSync(process.env.ZOO_CA)},
	});
	for (const subject of ['one', 'two']) {
		const {accepted, response} = await transport.sendMail({
			from: 'zoo@zoo.invalid',
			to: 'okapi@zoo.invalid',
			subject,
			text: 'hello',
		});
		console.log(subject, accepted, response.slice(0, 6));
	}

	await hold();
	transport.close();
	console.log('closed');
})();
