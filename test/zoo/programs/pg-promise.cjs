'use strict';
const pgp = require('pg-promise')();
const {hold} = require('./hold.cjs');

(async () => {
	const db = pgp({
		host: '127.0.0.1',
		port: Number(process.env.PG_PORT),
		user: 'soak',
		database: 'postgres',
		idleTimeoutMillis: 0,
	});
	console.log('one', await db.one('SELECT $1::int + 1 AS sum', [41]));
	console.log(
		'task',
		await db.task(async task => (await task.any('SELECT generate_series(1, 3) AS n')).map(({n}) => n)),
	);
	const session = await db.connect();
	console.log('session', await session.one("SELECT upper('okapi') AS name"));
	await hold();
	session.done();
	await db.$pool.end();
	console.log('closed');
})();
