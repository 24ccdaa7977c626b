'use strict';
// A pool of PostgreSQL connections that grows with the queries and shrinks after, transactions, and one that listens.
const {Client, Pool} = require('pg');
const {again, count, holdNowAndThen, report, together, wait} = require('./load.cjs');

const where = {
	host: '127.0.0.1',
	port: Number(process.env.SOAK_POSTGRES_PORT),
	user: 'soak',
	database: 'postgres',
};

const main = async () => {
	const pool = new Pool({...where, max: 10, idleTimeoutMillis: 1500}).on('connect', () =>
		count('connections'),
	);
	const listener = new Client(where);
	await listener.connect();
	listener.on('notification', () => count('notifications'));
	await listener.query('listen soak');
	await pool.query('create table if not exists words (id serial primary key, word text)');
	const query = async (text, values) => {
		await pool.query(text, values);
		count('queries');
	};
	const transaction = async () => {
		const client = await pool.connect();
		try {
			await client.query('begin');
			await client.query('insert into words (word) values ($1)', ['transaction']);
			await wait(20);
			await client.query('commit');
			count('queries', 3);
		} finally {
			client.release();
		}
	};
	await Promise.all([
		together(4, () => again(() => query('select $1::int + 1 as sum', [41]), 25)),
		again(() => query('insert into words (word) values ($1)', ['word']), 50),
		again(transaction, 200),
		// A large result, a slow one, and more queries at once than the pool has connections.
		again(() => query("select repeat('x', 1000) from generate_series(1, 2000)"), 1000),
		again(() => query('select pg_sleep(0.5)'), 2000),
		again(() => together(40, () => query('select count(*) from words')), 5000),
		again(() => query("notify soak, 'news'"), 1000),
		holdNowAndThen(100, 6000),
	]);
	await listener.end();
	await pool.end();
	report();
};

main();
