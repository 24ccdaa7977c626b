import {startRedis} from '../servers.ts';
import {install, once, unpackTag} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, mochaFiles} from './files.ts';

const version = '6.0.0';
/** The tests connect to Redis's own port. */
const port = 6379;

export const ioredis: Suite = {
	name: 'ioredis',
	version,
	serial: true,
	timeoutMs: 300_000,
	async prepare(workshop) {
		const cwd = await once(workshop, `ioredis-${version}`, async into => {
			const paths = ['lib', 'test', 'package.json', 'tsconfig.json'];
			await unpackTag(workshop, {repository: 'redis/ioredis', tag: `v${version}`, paths}, into);
			await install(into, {keep: /^(chai|mocha|server|sinon|ts-node|typescript|uuid|@types)/});
		});
		const redis = await startRedis(port);
		// Each test flushes the database before itself, by way of the helpers.
		const helpers = filesOf(cwd, 'test/helpers', /\.ts$/).flatMap(path => ['--file', path]);
		const paths = filesOf(cwd, 'test', /^test\/(unit|functional)\/.*\.ts$/);
		return {
			cwd,
			files: mochaFiles(cwd, paths, {words: ['--no-experimental-strip-types', ...helpers], together: 20}),
			env: {TS_NODE_TRANSPILE_ONLY: 'true', NODE_ENV: 'test'},
			close: redis.close,
		};
	},
};
