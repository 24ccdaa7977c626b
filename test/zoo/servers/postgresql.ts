import {join} from 'node:path';
import {postgresqlPrograms, startPostgresql} from '../../soak/postgresql.ts';
import type {Server} from './server.ts';

const programs = postgresqlPrograms();

/** Takes the user "soak" without a password. */
export const postgresql: Server = {
	from: {debian: 'postgresql'},
	program: programs === null ? '/usr/lib/postgresql' : join(programs, 'postgres'),
	start: async context => ({PG_PORT: `${await startPostgresql(context, programs ?? '')}`}),
};
