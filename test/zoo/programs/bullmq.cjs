'use strict';
const {Queue, Worker, QueueEvents} = require('bullmq');
const {hold} = require('./hold.cjs');

(async () => {
	const connection = {host: '127.0.0.1', port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null};
	const queue = new Queue('zoo', {connection});
	const events = new QueueEvents('zoo', {connection});
	await events.waitUntilReady();
	const worker = new Worker('zoo', async job => job.data.a + job.data.b, {connection});
	await worker.waitUntilReady();
	for (let a = 0; a < 3; a++) {
		const job = await queue.add('sum', {a, b: 40});
		console.log('sum', await job.waitUntilFinished(events));
	}

	await hold();
	await worker.close();
	await events.close();
	await queue.obliterate({force: true});
	await queue.close();
	console.log('closed');
})();
