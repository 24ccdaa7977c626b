import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

export const tinyproxy: Server = {
	from: {debian: 'tinyproxy'},
	program: '/usr/bin/tinyproxy',
	async start(context) {
		const port = await freePort();
		const file = join(context.directory, 'tinyproxy.conf');
		writeFileSync(
			file,
			`Port ${port}
Listen 127.0.0.1
Allow 127.0.0.1
Timeout 600
MaxClients 20
LogLevel Error
`,
		);
		// -d: in the foreground.
		await startServer(context, ['/usr/bin/tinyproxy', '-d', '-c', file], {port});
		return {TINYPROXY_URL: `http://127.0.0.1:${port}`};
	},
};
