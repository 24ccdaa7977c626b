import {Kysely, PostgresDialect, sql} from 'kysely';
import pg from 'pg';
import {hold} from './hold.cjs';

const pool = new pg.Pool({
	host: '127.0.0.1',
	port: Number(process.env.PG_PORT),
	user: 'soak',
	database: 'postgres',
	max: 2,
	idleTimeoutMillis: 0,
});
const db = new Kysely({dialect: new PostgresDialect({pool})});
console.log('sql', (await sql`SELECT ${41}::int + 1 AS sum`.execute(db)).rows);
const tables = await db
	.selectFrom('pg_catalog.pg_database')
	.select('datname')
	.where('datname', '=', 'postgres')
	.execute();
console.log('database', tables);
await hold();
await db.destroy();
console.log('closed');
