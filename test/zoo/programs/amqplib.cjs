'use strict';
const amqp = require('amqplib');
const {hold} = require('./hold.cjs');

(async () => {
	const connection = await amqp.connect(`amqp://guest:guest@127.0.0.1:${process.env.AMQP_PORT}`);
	const channel = await connection.createConfirmChannel();
	await channel.assertQueue('amqplib', {durable: false, autoDelete: true});
	const message = new Promise(resolve =>
		channel.consume('amqplib', delivery => {
			channel.ack(delivery);
			resolve(String(delivery.content));
		}),
	);
	channel.sendToQueue('amqplib', Buffer.from('hello'));
	await channel.waitForConfirms();
	console.log('message', await message);
	await hold();
	await channel.close();
	await connection.close();
	console.log('closed');
})();
