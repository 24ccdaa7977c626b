import {freePort, type Server, startServer} from './server.ts';

export const memcached: Server = {
	from: {debian: 'memcached'},
	program: '/usr/bin/memcached',
	async start(context) {
		const port = await freePort();
		// The user counts only where it is started by root.
		const words = ['-l', '127.0.0.1', '-p', `${port}`, '-U', '0', '-u', 'nobody'];
		await startServer(context, ['/usr/bin/memcached', ...words], {port});
		return {MEMCACHED_PORT: `${port}`};
	},
};
