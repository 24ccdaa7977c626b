import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

/** Anonymous, with a directory "upload" to write into. */
export const vsftpd: Server = {
	from: {debian: 'vsftpd'},
	program: '/usr/sbin/vsftpd',
	needsRoot: true,
	async start(context) {
		const port = await freePort();
		const {directory} = context;
		for (const name of ['ftp', 'empty']) mkdirSync(join(directory, name));
		openDirectory(context, 'ftp/upload');
		const file = join(directory, 'vsftpd.conf');
		writeFileSync(
			file,
			`listen=YES
listen_address=127.0.0.1
listen_port=${port}
background=NO
anonymous_enable=YES
no_anon_password=YES
local_enable=NO
write_enable=YES
anon_root=${directory}/ftp
anon_umask=022
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
secure_chroot_dir=${directory}/empty
xferlog_enable=NO
`,
		);
		await startServer(context, ['/usr/sbin/vsftpd', file], {port});
		return {FTP_PORT: `${port}`};
	},
};
