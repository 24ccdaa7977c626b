import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

/** IMAP with STARTTLS, for the user "zoo" with the password "zoo". */
export const dovecot: Server = {
	from: {debian: 'dovecot-imapd'},
	program: '/usr/sbin/dovecot',
	needsRoot: true,
	async start(context) {
		const port = await freePort();
		const {directory, key, certificate} = context;
		const mail = openDirectory(context, 'mail');
		const file = join(directory, 'dovecot.conf');
		writeFileSync(
			file,
			`base_dir = ${directory}/run
state_dir = ${directory}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${certificate}
ssl_key = <${key}
mail_location = maildir:${mail}/%u
passdb {
  driver = static
  args = password=zoo
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${mail}/%u
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`,
		);
		await startServer(context, ['/usr/sbin/dovecot', '-F', '-c', file], {port});
		return {IMAP_PORT: `${port}`};
	},
};
