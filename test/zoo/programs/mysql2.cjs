'use strict';
const mysql = require('mysql2/promise');
const {readFileSync} = require('node:fs');
const {hold} = require('./hold.cjs');

(async () => {
	const options = {
		host: '127.0.0.1',
		port: Number(process.env.MARIADB_PORT),
		user: 'zoo',
		password: 'zoo',
		database: 'zoo',
	};
	const connection = await mysql.createConnection(options);
	const secure = await mysql.createConnection({...options, ssl: {ca: readFileSync(process.env.ZOO_CA)}});
	const pool = mysql.createPool({...options, connectionLimit: 2});
	console.log('query', (await connection.query('SELECT 41 + 1 AS answer'))[0]);
	console.log('execute', (await secure.execute('SELECT ? AS name', ['okapi']))[0]);
	console.log(
		'pool',
		(await Promise.all([1, 2].map(n => pool.query('SELECT ? AS n', [n])))).map(([[{n}]]) => n).join(' '),
	);
	await hold();
	await pool.end();
	await secure.end();
	await connection.end();
	console.log('closed');
})();
