'use strict';
const postgres = require('postgres');
const {hold} = require('./hold.cjs');

(async () => {
	const sql = postgres({
		host: '127.0.0.1',
		port: Number(process.env.PG_PORT),
		user: 'soak',
		database: 'postgres',
		max: 2,
	});
	console.log('select', ...(await sql`SELECT ${41}::int + 1 AS sum`));
	const transaction = await sql.begin(async inner => {
		await inner`CREATE TEMP TABLE animals (name text) ON COMMIT DROP`;
		await inner`INSERT INTO animals ${inner([{name: 'okapi'}, {name: 'quokka'}])}`;
		return inner`SELECT name FROM animals ORDER BY name`;
	});
	console.log('transaction', transaction.map(({name}) => name).join(' '));
	await hold();
	await sql.end();
	console.log('closed');
})();
