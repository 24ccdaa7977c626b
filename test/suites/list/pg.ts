import {chmodSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {startPostgres} from '../servers.ts';
import {install, once, unpackTag} from '../sources.ts';
import type {Suite} from '../suite.ts';
import {filesOf, mochaFiles} from './files.ts';

const repository = 'brianc/node-postgres';
const tag = 'pg@8.23.0';

const environmentFor = (port: number) => ({
	PGUSER: 'postgres',
	PGHOST: '127.0.0.1',
	PGPORT: `${port}`,
	PGDATABASE: 'ci_db_test',
	PGTESTNOSSL: 'true',
});

export const pg: Suite = {
	name: 'pg',
	version: '8.23.0',
	serial: true,
	timeoutMs: 60_000,
	async prepare(workshop) {
		const cwd = await once(workshop, 'pg-8.23.0', async into => {
			await unpackTag(workshop, {repository, tag, directory: 'packages/pg'}, into);
			await install(into, {keep: /^(async|bluebird|co|pg-copy-streams)$/});
		});
		chmodSync(join(cwd, 'test/unit/client/pgpass.file'), 0o600);
		const {port, close} = await startPostgres('ci_db_test');
		const paths = filesOf(cwd, 'test', /^test\/(unit|integration)\/.*-tests\.js$/);
		return {
			cwd,
			files: paths.map(path => ({name: path, args: [path], reports: 'marks'})),
			env: environmentFor(port),
			close,
		};
	},
};

/** The packages of the same repository that are tested by mocha. */
const beside = (name: string, version: string): Suite => ({
	name,
	version,
	serial: true,
	timeoutMs: 120_000,
	async prepare(workshop) {
		const cwd = await once(workshop, `${name}-${version}`, async into => {
			await unpackTag(workshop, {repository, tag, directory: `packages/${name}`}, into);
			await install(into, {keep: /^(expect\.js|lodash|mocha)$/, add: {pg: '8.23.0'}});
		});
		const {port, close} = await startPostgres('ci_db_test');
		const paths = readdirSync(join(cwd, 'test'))
			.filter(path => /\.js$/.test(path) && path !== 'setup.js')
			.map(path => join('test', path));
		return {cwd, files: mochaFiles(cwd, paths), env: environmentFor(port), close};
	},
});

export const pgPool = beside('pg-pool', '3.14.0');
export const pgCursor = beside('pg-cursor', '2.22.0');
