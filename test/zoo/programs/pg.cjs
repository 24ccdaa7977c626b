'use strict';
const {Client, Pool} = require('pg');
const {hold} = require('./hold.cjs');

(async () => {
	const options = {host: '127.0.0.1', port: Number(process.env.PG_PORT), user: 'soak', database: 'postgres'};
	const client = new Client(options);
	await client.connect();
	const pool = new Pool({...options, max: 2, idleTimeoutMillis: 0});
	console.log('select', (await client.query('SELECT $1::int + 1 AS sum', [41])).rows);
	await client.query('LISTEN zoo');
	const notified = new Promise(resolve =>
		client.once('notification', ({channel, payload}) => resolve(`${channel} ${payload}`)),
	);
	await pool.query("SELECT pg_notify('zoo', 'hello')");
	console.log('notified', await notified);
	const rows = await Promise.all([1, 2, 3].map(n => pool.query('SELECT $1::int * 2 AS twice', [n])));
	console.log('pool', rows.map(({rows: [{twice}]}) => twice).join(' '));
	await client.query('SELECT no_such_column').catch(error => console.log('error', error.code));
	await hold();
	await pool.end();
	await client.end();
	console.log('closed');
})();
