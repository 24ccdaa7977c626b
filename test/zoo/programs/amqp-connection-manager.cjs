'use strict';
const amqp = require('amqp-connection-manager');
const {hold} = require('./hold.cjs');

(async () => {
	const connection = amqp.connect([`amqp://guest:guest@127.0.0.1:${process.env.AMQP_PORT}`]);
	const channel = connection.createChannel({
		json: true,
		setup: inner => inner.assertQueue('manager', {durable: false, autoDelete: true}),
	});
	await channel.waitForConnect();
	const message = new Promise(resolve =>
		channel.consume('manager', delivery => {
			channel.ack(delivery);
			resolve(String(delivery.content));
		}),
	);
	await channel.sendToQueue('manager', {hello: 'zoo'});
	console.log('message', await message);
	await hold();
	await channel.close();
	await connection.close();
	console.log('closed');
})();
