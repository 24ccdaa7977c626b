'use strict';
const {Client, credentials} = require('@grpc/grpc-js');
const {hold} = require('./hold.cjs');

/** The standard health check, whose messages are short enough to be written by hand. */
(async () => {
	const client = new Client(`127.0.0.1:${process.env.ETCD_PORT}`, credentials.createInsecure());
	const check = () =>
		new Promise((resolve, reject) =>
			client.makeUnaryRequest(
				'/grpc.health.v1.Health/Check',
				() => Buffer.alloc(0),
				bytes => bytes,
				null,
				(error, answer) => (error ? reject(error) : resolve(answer)),
			),
		);
	for (let n = 0; n < 3; n++) console.log('health', await check());
	await hold();
	client.close();
	console.log('closed');
})();
