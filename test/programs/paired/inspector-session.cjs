'use strict';
// An inspector session of its own: the scripts it reports, an evaluation, a profile, a pause that is not caught.
const inspector = require('node:inspector');
const net = require('node:net');
const {listening, pair} = require('./sockets.cjs');

const session = new inspector.Session();
session.connect();
const post = (method, params) =>
	new Promise((resolve, reject) =>
		session.post(method, params, (error, result) => (error ? reject(error) : resolve(result))),
	);

const main = async () => {
	session.on('Debugger.paused', ({params}) => {
		console.log('paused', params.reason, params.callFrames.length > 0);
		session.post('Debugger.resume');
	});
	await post('Debugger.enable');
	await post('Debugger.setPauseOnExceptions', {state: 'all'});
	console.log((await post('Runtime.evaluate', {expression: '1 + 1'})).result.value, inspector.url());
	await post('Profiler.enable');
	await post('Profiler.start');
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	// The profile covers several ticks of the hook.
	await new Promise(resolve => setTimeout(resolve, 200));
	console.log(Object.keys((await post('Profiler.stop')).profile));
	client.destroy();
	serverSide.destroy();
	server.close();
	session.disconnect();
};
main();
