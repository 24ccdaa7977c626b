'use strict';
// MQTT over WebSocket: two clients that stay, with each quality of service, and clients of a moment.
const mqtt = require('mqtt');
const {again, count, holdNowAndThen, report, together} = require('./load.cjs');

const url = `ws://127.0.0.1:${process.env.SOAK_MQTT_PORT}/mqtt`;

const main = async () => {
	const subscriber = await mqtt.connectAsync(url, {keepalive: 5});
	await subscriber.subscribeAsync(['soak/#'], {qos: 1});
	subscriber.on('message', () => count('messages'));
	const publisher = await mqtt.connectAsync(url, {keepalive: 5});
	await Promise.all([
		together(3, qos => again(() => publisher.publishAsync(`soak/${qos}`, 'x'.repeat(100), {qos}), 50)),
		again(() => publisher.publishAsync('soak/large', Buffer.alloc(64 * 1024, 'y'), {qos: 1}), 1000),
		again(async () => {
			const short = await mqtt.connectAsync(url);
			await short.publishAsync('soak/short', 'hello', {qos: 1});
			await short.endAsync();
			count('connections');
		}, 500),
		holdNowAndThen(100, 7000),
	]);
	await publisher.endAsync();
	await subscriber.endAsync();
	report();
};

main();
