'use strict';
const mysql = require('mysql2/promise');
const {hold} = require('./hold.cjs');

(async () => {
	const options = {socketPath: process.env.MARIADB_SOCKET, user: 'zoo', password: 'zoo', database: 'zoo'};
	const connection = await mysql.createConnection(options);
	await connection.query('CREATE TEMPORARY TABLE animals (name TEXT)');
	await connection.query('INSERT INTO animals VALUES (?), (?)', ['okapi', 'quokka']);
	console.log('rows', (await connection.query('SELECT name FROM animals ORDER BY name'))[0]);
	await hold();
	await connection.end();
	console.log('closed');
})();
