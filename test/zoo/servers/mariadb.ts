import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isRoot} from '../../helpers/process/is-root.ts';
import {runOrThrow} from '../../suites/command.ts';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

const sql = `CREATE DATABASE zoo;
CREATE USER zoo@'%' IDENTIFIED BY 'zoo';
GRANT ALL ON zoo.* TO zoo@'%';
`;

export const mariadb: Server = {
	from: {debian: 'mariadb-server'},
	program: '/usr/sbin/mariadbd',
	async start(context) {
		const port = await freePort();
		const data = openDirectory(context, 'data');
		// As root it would refuse to start.
		const user = isRoot ? ['--user=mysql'] : [];
		const options = ['--no-defaults', `--datadir=${data}`, ...user];
		await runOrThrow(
			'mariadb-install-db',
			[...options, '--skip-test-db', '--auth-root-authentication-method=normal'],
			{cwd: data},
		);
		const initFile = join(context.directory, 'init.sql');
		writeFileSync(initFile, sql);
		const socket = join(data, 's');
		await startServer(
			context,
			[
				...(['/usr/sbin/mariadbd', ...options] as const),
				...[`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`, `--init-file=${initFile}`],
				...[`--pid-file=${data}/pid`, '--skip-name-resolve', '--innodb-flush-method=fsync'],
				...[`--ssl-cert=${context.certificate}`, `--ssl-key=${context.key}`],
			],
			{port},
		);
		return {MARIADB_PORT: `${port}`, MARIADB_SOCKET: socket};
	},
};
