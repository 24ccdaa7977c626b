import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

export const etcd: Server = {
	from: {debian: 'etcd-server'},
	program: '/usr/bin/etcd',
	async start(context) {
		const port = await freePort();
		const client = `http://127.0.0.1:${port}`;
		const peer = `http://127.0.0.1:${await freePort()}`;
		await startServer(
			context,
			[
				...(['/usr/bin/etcd', '--data-dir', join(context.directory, 'data')] as const),
				...['--listen-client-urls', client, '--advertise-client-urls', client],
				...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
				...['--initial-cluster', `default=${peer}`, '--unsafe-no-fsync'],
			],
			{port},
		);
		return {ETCD_PORT: `${port}`};
	},
};
