import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

/** Over UDP. */
export const snmpd: Server = {
	from: {debian: 'snmpd'},
	program: '/usr/sbin/snmpd',
	async start(context) {
		const port = await freePort();
		const tcpPort = await freePort();
		const file = join(context.directory, 'snmpd.conf');
		writeFileSync(
			file,
			`rocommunity public 127.0.0.1
sysName zoo
sysContact keeper
`,
		);
		// The TCP port is opened last: once it answers, the server is ready.
		const places = [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${tcpPort}`];
		await startServer(context, ['/usr/sbin/snmpd', '-f', '-Le', '-C', '-c', file, ...places], {
			port: tcpPort,
			env: {SNMP_PERSISTENT_DIR: context.directory},
		});
		return {SNMP_PORT: `${port}`};
	},
};
