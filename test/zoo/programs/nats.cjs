'use strict';
const {connect, StringCodec} = require('nats');
const {hold} = require('./hold.cjs');

(async () => {
	const connection = await connect({servers: `127.0.0.1:${process.env.NATS_PORT}`});
	const {encode, decode} = StringCodec();
	const echo = connection.subscribe('echo', {
		callback: (error, message) => message.respond(encode(`${error} ${decode(message.data)}`)),
	});
	const reply = await connection.request('echo', encode('hello'), {timeout: 10_000});
	console.log('reply', decode(reply.data));
	await hold();
	echo.unsubscribe();
	await connection.drain();
	console.log('closed', await connection.closed());
})();
