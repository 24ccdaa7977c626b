import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

export const ngircd: Server = {
	from: {debian: 'ngircd'},
	program: '/usr/sbin/ngircd',
	async start(context) {
		const port = await freePort();
		const file = join(context.directory, 'ngircd.conf');
		writeFileSync(
			file,
			`[Global]
Name = irc.zoo
Info = zoo
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = welcome
PidFile =
[Options]
DNS = no
Ident = no
PAM = no
`,
		);
		await startServer(context, ['/usr/sbin/ngircd', '-n', '-f', file], {port});
		return {IRC_PORT: `${port}`};
	},
};
