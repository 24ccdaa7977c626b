import {freePort, type Server, startServer} from './server.ts';

export const beanstalkd: Server = {
	from: {debian: 'beanstalkd'},
	program: '/usr/bin/beanstalkd',
	async start(context) {
		const port = await freePort();
		await startServer(context, ['/usr/bin/beanstalkd', '-l', '127.0.0.1', '-p', `${port}`], {port});
		return {BEANSTALKD_PORT: `${port}`};
	},
};
