import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, writeFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

/** Lets in the user that runs the zoo, by a key. */
export const sshd: Server = {
	from: {debian: 'openssh-server'},
	program: '/usr/sbin/sshd',
	needsRoot: true,
	async start(context) {
		const port = await freePort();
		const {directory} = context;
		for (const name of ['host', 'user']) {
			execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(directory, name)]);
		}

		copyFileSync(join(directory, 'user.pub'), join(directory, 'authorized_keys'));
		// Debian's service makes it; sshd does not start without.
		mkdirSync('/run/sshd', {recursive: true, mode: 0o755});
		const file = join(directory, 'sshd_config');
		writeFileSync(
			file,
			`ListenAddress 127.0.0.1
Port ${port}
HostKey ${directory}/host
PidFile none
AuthorizedKeysFile ${directory}/authorized_keys
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
Subsystem sftp internal-sftp
`,
		);
		await startServer(context, ['/usr/sbin/sshd', '-D', '-e', '-f', file], {port});
		return {SSH_PORT: `${port}`, SSH_KEY: join(directory, 'user'), SSH_USER: userInfo().username};
	},
};
