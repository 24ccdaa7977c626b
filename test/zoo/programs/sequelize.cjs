'use strict';
const {DataTypes, Sequelize} = require('sequelize');
const {hold} = require('./hold.cjs');

(async () => {
	const sequelize = new Sequelize('postgres', 'soak', '', {
		dialect: 'postgres',
		host: '127.0.0.1',
		port: Number(process.env.PG_PORT),
		logging: false,
		pool: {min: 1, max: 2},
	});
	const Animal = sequelize.define('sequelize_animal', {name: DataTypes.STRING}, {timestamps: false});
	await sequelize.sync({force: true});
	await Animal.create({name: 'okapi'});
	console.log('count', await Animal.count(), (await Animal.findOne({where: {name: 'okapi'}})).name);
	await hold();
	await Animal.drop();
	await sequelize.close();
	console.log('closed');
})();
