'use strict';
const mariadb = require('mariadb');
const {hold} = require('./hold.cjs');

(async () => {
	const options = {
		host: '127.0.0.1',
		port: Number(process.env.MARIADB_PORT),
		user: 'zoo',
		password: 'zoo',
		database: 'zoo',
	};
	const connection = await mariadb.createConnection(options);
	const pool = mariadb.createPool({...options, connectionLimit: 2});
	console.log('query', Number((await connection.query('SELECT 41 + 1 AS answer'))[0].answer));
	const pooled = await Promise.all([1, 2, 3].map(n => pool.query('SELECT ? AS n', [n])));
	console.log('pool', pooled.map(([{n}]) => Number(n)).join(' '));
	while (pool.totalConnections() < 2) await new Promise(resolve => setTimeout(resolve, 10));
	await hold();
	await pool.end();
	await connection.end();
	console.log('closed');
})();
