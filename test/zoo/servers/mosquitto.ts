import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

export const mosquitto: Server = {
	from: {debian: 'mosquitto'},
	program: '/usr/sbin/mosquitto',
	async start(context) {
		const port = await freePort();
		const websocketPort = await freePort();
		const file = join(context.directory, 'mosquitto.conf');
		writeFileSync(
			file,
			`allow_anonymous true
persistence false
listener ${port} 127.0.0.1
listener ${websocketPort} 127.0.0.1
protocol websockets
`,
		);
		await startServer(context, ['/usr/sbin/mosquitto', '-c', file], {port});
		return {MQTT_PORT: `${port}`, MQTT_WEBSOCKET_PORT: `${websocketPort}`};
	},
};
