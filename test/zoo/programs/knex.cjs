'use strict';
const {knex} = require('knex');
const {hold} = require('./hold.cjs');

(async () => {
	const db = knex({
		client: 'pg',
		connection: {host: '127.0.0.1', port: Number(process.env.PG_PORT), user: 'soak', database: 'postgres'},
		pool: {min: 1, max: 2},
	});
	await db.schema.dropTableIfExists('knex_animals');
	await db.schema.createTable('knex_animals', table => {
		table.increments('id');
		table.string('name');
	});
	await db('knex_animals').insert([{name: 'okapi'}, {name: 'quokka'}]);
	console.log('rows', await db('knex_animals').select('id', 'name').orderBy('id'));
	await hold();
	await db.schema.dropTable('knex_animals');
	await db.destroy();
	console.log('closed');
})();
