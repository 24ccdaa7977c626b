'use strict';
// Worker threads of every kind: environment, options, output, limits, ends.
const net = require('node:net');
const {isMainThread, parentPort, SHARE_ENV, Worker, workerData} = require('node:worker_threads');
const {listening, pair, textOf} = require('./sockets.cjs');

const look = () => ({
	execArgv: process.execArgv,
	argv: process.argv.length,
	own: process.env.OWN,
	listeners: process.eventNames().map(String),
	keys: Object.keys(process).length,
	globals: Reflect.ownKeys(globalThis).length,
	resources: process.getActiveResourcesInfo(),
	modules: Object.keys(require.cache).length,
	data: workerData,
});

const serve = async () => {
	const server = net.createServer();
	await listening(server);
	const {client, serverSide} = await pair(server);
	parentPort.postMessage(look());
	console.log('printed in the thread');
	console.error('an error of the thread');
	if (workerData === 'throws') client.on('close', () => nothingOfThisName());
	if (workerData === 'exits') process.exit(8);
	if (workerData === 'stays') return;
	if (workerData === 'heap') for (const all = []; ; ) all.push(new Array(1e5).fill(0));
	client.destroy();
	serverSide.destroy();
	server.close();
};

const run = async (name, options) => {
	const worker = new Worker(__filename, {stdout: true, stderr: true, ...options});
	// The output of a terminated thread may be lost.
	const texts = options.workerData === 'stays' ? [] : [textOf(worker.stdout), textOf(worker.stderr)];
	// A message and an error come by different ways, in either order.
	const lines = [];
	worker.on('message', message => {
		lines.push(JSON.stringify(message));
		if (options.workerData === 'stays') worker.terminate();
	});
	worker.on('error', error => lines.push(`error ${error.name} ${error.code ?? error.message}`));
	const code = await new Promise(resolve => worker.on('exit', resolve));
	console.log(name, code, await Promise.all(texts), lines.sort().join('\n'));
};

const main = async () => {
	await run('plain', {});
	await run('no environment', {env: {}});
	await run('shared environment', {env: SHARE_ENV});
	await run('own environment', {env: {...process.env, OWN: 'value'}, argv: ['one']});
	await run('no options', {execArgv: []});
	await run('options', {execArgv: ['--no-warnings', '--trace-warnings']});
	await run('throws', {workerData: 'throws'});
	await run('exits', {workerData: 'exits'});
	await run('terminated', {workerData: 'stays'});
	await run('a small heap', {workerData: 'heap', resourceLimits: {maxOldGenerationSizeMb: 16}});
	console.log(Reflect.ownKeys(process.env).includes('OWN'), process.getActiveResourcesInfo());
};
if (isMainThread) main();
else serve();
