import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

export const slapd: Server = {
	from: {debian: 'slapd'},
	program: '/usr/sbin/slapd',
	async start(context) {
		const port = await freePort();
		const data = openDirectory(context, 'data');
		const file = join(context.directory, 'slapd.conf');
		writeFileSync(
			file,
			`include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${data}/pid
TLSCertificateFile ${context.certificate}
TLSCertificateKeyFile ${context.key}
database mdb
maxsize 16777216
suffix dc=zoo
rootdn cn=admin,dc=zoo
rootpw zoo
directory ${data}
dbnosync
`,
		);
		// With a level of debugging, and be it 0, it stays in the foreground.
		await startServer(context, ['/usr/sbin/slapd', '-h', `ldap://127.0.0.1:${port}`, '-f', file, '-d', '0'], {
			port,
		});
		return {LDAP_PORT: `${port}`};
	},
};
