'use strict';
const {promisify} = require('node:util');
const mysql = require('mysql');
const {hold} = require('./hold.cjs');

(async () => {
	const options = {
		host: '127.0.0.1',
		port: Number(process.env.MARIADB_PORT),
		user: 'zoo',
		password: 'zoo',
		database: 'zoo',
	};
	const connection = mysql.createConnection(options);
	const pool = mysql.createPool({...options, connectionLimit: 2});
	const query = promisify(connection.query.bind(connection));
	console.log('query', (await query('SELECT 41 + 1 AS answer'))[0].answer);
	console.log('pool', (await promisify(pool.query.bind(pool))('SELECT ? AS name', ['okapi']))[0].name);
	await hold();
	await promisify(pool.end.bind(pool))();
	await promisify(connection.end.bind(connection))();
	console.log('closed');
})();
