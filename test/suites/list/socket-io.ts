import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {install, once, unpackPackage, unpackTag, type Workshop} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, mochaFiles} from './files.ts';

const repository = 'socketio/socket.io';
const words = ['--timeout', '10000', '--exit'];

/** The published package, which is built, with the tests of its tag beside it. */
async function unpack(
	workshop: Workshop,
	name: string,
	version: string,
	into: string,
	paths: string[],
): Promise<void> {
	await unpackPackage(`${name}@${version}`, into);
	const tag = `${name}@${version}`;
	await unpackTag(workshop, {repository, tag, directory: `packages/${name}`, paths}, into);
}

export const socketIo: Suite = {
	name: 'socket.io',
	version: '4.8.3',
	timeoutMs: 180_000,
	async prepare(workshop) {
		const cwd = await once(workshop, 'socket.io-4.8.3', async into => {
			const paths = ['test/*.ts', 'test/support', 'test/fixtures/*.ts'];
			await unpack(workshop, 'socket.io', '4.8.3', into, paths);
			// Two fixtures only have to be large.
			writeFileSync(join(into, 'test/fixtures/big.jpg'), Buffer.alloc(1_000_000, 'picture'));
			writeFileSync(
				join(into, 'test/fixtures/big.json'),
				JSON.stringify(new Array(50_000).fill({big: true})),
			);
			await install(into, {
				add: {
					'expect.js': '^0.3.1',
					express: '^4.19.2',
					mocha: '^10.6.0',
					'socket.io-client': '4.8.3',
					'socket.io-client-v2': 'npm:socket.io-client@^2.5.0',
					'socket.io-msgpack-parser': '^3.0.2',
					superagent: '^9.0.2',
					supertest: '^7.0.0',
					tsx: '~4.20.6',
				},
			});
		});
		// index.ts is the others at once; µWebSockets.js has no sockets of Node's and is in no registry.
		const paths = filesOf(cwd, 'test', /^test\/(?!index|uws|.*-d\.)[^/]+\.ts$/);
		return {cwd, files: mochaFiles(cwd, paths, {words, flags: ['--import=tsx']})};
	},
};

export const engineIo: Suite = {
	name: 'engine.io',
	version: '6.6.9',
	timeoutMs: 300_000,
	async prepare(workshop) {
		const cwd = await once(workshop, 'engine.io-6.6.9', async into => {
			await unpack(workshop, 'engine.io', '6.6.9', into, ['test']);
			await install(into, {
				add: {
					'engine.io-client': '^6.6.0',
					'engine.io-client-v3': 'npm:engine.io-client@^3.5.2',
					'expect.js': '^0.3.1',
					express: '^4.19.2',
					'express-session': '^1.18.0',
					helmet: '^7.1.0',
					mocha: '^10.6.0',
					superagent: '^9.0.2',
				},
			});
		});
		const paths = filesOf(cwd, 'test', /^test\/(engine\.io|middlewares|parser|server)\.js$/);
		return {cwd, files: mochaFiles(cwd, paths, {words})};
	},
};
