import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

/** Takes mail for everybody after STARTTLS, and delivers none of it. */
export const exim: Server = {
	from: {debian: 'exim4-daemon-light'},
	program: '/usr/sbin/exim4',
	needsRoot: true,
	async start(context) {
		const port = await freePort();
		const spool = openDirectory(context, 'spool');
		const log = openDirectory(context, 'log');
		const file = join(context.directory, 'exim.conf');
		writeFileSync(
			file,
			`primary_hostname = zoo.invalid
spool_directory = ${spool}
log_file_path = ${log}/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
pid_file_path = ${context.directory}/pid
tls_certificate = ${context.certificate}
tls_privatekey = ${context.key}
tls_advertise_hosts = *
rfc1413_query_timeout = 0s
queue_only = true
keep_environment =
acl_smtp_rcpt = accept
acl_smtp_data = accept
begin acl
accept:
  accept
`,
			{mode: 0o644},
		);
		await startServer(context, ['/usr/sbin/exim4', '-C', file, '-bdf'], {port});
		return {SMTP_PORT: `${port}`};
	},
};
