import {freePort, type Server, startServer} from './server.ts';

export const redis: Server = {
	from: {debian: 'redis-server'},
	program: '/usr/bin/redis-server',
	async start(context) {
		const port = await freePort();
		await startServer(
			context,
			[
				...(['/usr/bin/redis-server', '--port', `${port}`, '--bind', '127.0.0.1'] as const),
				...['--dir', context.directory, '--save', '', '--appendonly', 'no'],
			],
			{port},
		);
		return {REDIS_PORT: `${port}`};
	},
};
