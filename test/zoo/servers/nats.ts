import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

export const nats: Server = {
	from: {debian: 'nats-server'},
	program: '/usr/sbin/nats-server',
	async start(context) {
		const port = await freePort();
		const websocketPort = await freePort();
		const file = join(context.directory, 'nats.conf');
		writeFileSync(
			file,
			`listen: "127.0.0.1:${port}"
websocket {
	listen: "127.0.0.1:${websocketPort}"
	no_tls: true
}
`,
		);
		await startServer(context, ['/usr/sbin/nats-server', '-c', file], {port: websocketPort});
		return {NATS_PORT: `${port}`, NATS_WEBSOCKET_PORT: `${websocketPort}`};
	},
};
