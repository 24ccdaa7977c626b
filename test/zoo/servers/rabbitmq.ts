import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

export const rabbitmq: Server = {
	from: {debian: 'rabbitmq-server'},
	program: '/usr/lib/rabbitmq/bin/rabbitmq-server',
	async start(context) {
		const port = await freePort();
		const epmdPort = await freePort();
		// Started by Erlang itself, this daemon would outlive the run.
		await startServer(context, ['/usr/bin/epmd', '-port', `${epmdPort}`, '-address', '127.0.0.1'], {
			port: epmdPort,
		});
		const {directory} = context;
		writeFileSync(join(directory, 'enabled_plugins'), '[].\n');
		await startServer(context, ['/usr/lib/rabbitmq/bin/rabbitmq-server'], {
			port,
			env: {
				ERL_EPMD_PORT: `${epmdPort}`,
				RABBITMQ_NODENAME: 'zoo@localhost',
				RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
				RABBITMQ_NODE_PORT: `${port}`,
				RABBITMQ_DIST_PORT: `${await freePort()}`,
				RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
				RABBITMQ_LOG_BASE: join(directory, 'log'),
				RABBITMQ_PID_FILE: join(directory, 'pid'),
				RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
				RABBITMQ_CONF_ENV_FILE: '/dev/null',
			},
		});
		return {AMQP_PORT: `${port}`};
	},
};
