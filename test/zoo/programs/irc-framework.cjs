'use strict';
const {once} = require('node:events');
const {Client} = require('irc-framework');
const {hold} = require('./hold.cjs');

(async () => {
	const client = new Client();
	client.connect({
		host: '127.0.0.1',
		port: Number(process.env.IRC_PORT),
		nick: 'okapi',
		username: 'zoo',
		gecos: 'zoo',
	});
	const [{nick}] = await once(client, 'registered');
	console.log('registered', nick);
	client.join('#zoo');
	const [{channel}] = await once(client, 'join');
	console.log('joined', channel);
	client.say('okapi', 'hello');
	const [{message}] = await once(client, 'privmsg');
	console.log('message', message);
	await hold();
	client.quit('bye');
	await once(client, 'close');
	console.log('closed');
})();
