import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

/** SOCKS without a password. */
export const dante: Server = {
	from: {debian: 'dante-server'},
	program: '/usr/sbin/danted',
	needsRoot: true,
	async start(context) {
		const port = await freePort();
		const file = join(context.directory, 'danted.conf');
		writeFileSync(
			file,
			`logoutput: stderr
internal: 127.0.0.1 port = ${port}
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
`,
		);
		await startServer(context, ['/usr/sbin/danted', '-f', file, '-p', join(context.directory, 'pid')], {
			port,
		});
		return {SOCKS_PORT: `${port}`};
	},
};
