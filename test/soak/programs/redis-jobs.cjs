'use strict';
// A Redis of its own: commands in crowds, a subscription, and a queue of jobs whose worker waits in a blocking command.
const {Queue, Worker} = require('bullmq');
const {Redis} = require('ioredis');
const {again, count, holdNowAndThen, report, together} = require('./load.cjs');

const where = {host: '127.0.0.1', port: Number(process.env.SOAK_REDIS_PORT)};

const main = async () => {
	const redis = new Redis(where);
	const subscriber = new Redis(where);
	await subscriber.subscribe('news');
	subscriber.on('message', () => count('messages'));
	const queue = new Queue('soak', {connection: where});
	const worker = new Worker('soak', async ({data}) => data.value + 1, {
		connection: {...where, maxRetriesPerRequest: null},
		concurrency: 5,
	});
	worker.on('completed', () => count('jobs'));
	const command = async (name, ...words) => {
		await redis.call(name, ...words);
		count('commands');
	};
	await Promise.all([
		together(4, index => again(() => command('incr', `counter${index}`), 25)),
		again(() => together(200, index => command('set', `key${index}`, 'x'.repeat(200))), 2000),
		again(() => command('get', 'key1'), 50),
		again(() => redis.publish('news', 'again'), 300),
		again(() => queue.add('job', {value: 1}, {removeOnComplete: true}), 100),
		again(() => queue.add('later', {value: 2}, {delay: 500, removeOnComplete: true}), 1000),
		// A connection of one command.
		again(async () => {
			const short = new Redis(where);
			await short.ping();
			await short.quit();
			count('connections');
		}, 500),
		holdNowAndThen(100, 7000),
	]);
	await worker.close();
	await queue.close();
	await subscriber.quit();
	await redis.quit();
	report();
};

main();
