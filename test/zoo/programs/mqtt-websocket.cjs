'use strict';
const mqtt = require('mqtt');
const {hold} = require('./hold.cjs');

(async () => {
	const client = await mqtt.connectAsync(`ws://127.0.0.1:${process.env.MQTT_WEBSOCKET_PORT}`);
	console.log('subscribed', await client.subscribeAsync('mqtt-websocket/news', {qos: 1}));
	const message = new Promise(resolve =>
		client.once('message', (topic, text) => resolve(`${topic} ${text}`)),
	);
	await client.publishAsync('mqtt-websocket/news', 'hello', {qos: 1});
	console.log('message', await message);
	await hold();
	await client.unsubscribeAsync('mqtt-websocket/news');
	await client.endAsync();
	console.log('closed');
})();
