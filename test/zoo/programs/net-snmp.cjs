'use strict';
const snmp = require('net-snmp');
const {hold} = require('./hold.cjs');

(async () => {
	const session = snmp.createSession('127.0.0.1', 'public', {
		port: Number(process.env.SNMP_PORT),
		version: snmp.Version2c,
	});
	const get = oids =>
		new Promise((resolve, reject) =>
			session.get(oids, (error, varbinds) =>
				error ? reject(error) : resolve(varbinds.map(({value}) => String(value))),
			),
		);
	console.log('get', await get(['1.3.6.1.2.1.1.4.0', '1.3.6.1.2.1.1.5.0']));
	await hold();
	session.close();
	console.log('closed');
})();
