import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

export const squid: Server = {
	from: {debian: 'squid'},
	program: '/usr/sbin/squid',
	async start(context) {
		const port = await freePort();
		const data = openDirectory(context, 'data');
		const file = join(context.directory, 'squid.conf');
		writeFileSync(
			file,
			`http_port 127.0.0.1:${port}
visible_hostname zoo.invalid
http_access allow all
cache deny all
cache_mem 8 MB
access_log none
cache_log ${data}/log
cache_store_log none
netdb_filename none
coredump_dir ${data}
pid_filename ${data}/pid
pinger_enable off
shutdown_lifetime 0 seconds
`,
		);
		// -N: one process, in the foreground.
		await startServer(context, ['/usr/sbin/squid', '-N', '-f', file], {port});
		return {SQUID_URL: `http://127.0.0.1:${port}`};
	},
};
