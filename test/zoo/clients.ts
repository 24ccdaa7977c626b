/** The clients, each with the servers that its program talks to. */
import type {PackageName} from './packages.ts';
import type {ServerName} from './servers/index.ts';

export type Client = {
	/** As it is asked for on the command line. */
	name: string;
	/** The client first, then what it is used with. */
	packages: readonly [PackageName, ...PackageName[]];
	servers: readonly ServerName[];
	/** In programs/. */
	program: string;
};

export const clients: readonly Client[] = [
	{name: 'redis', packages: ['redis'], servers: ['redis'], program: 'redis.cjs'},
	{name: 'ioredis', packages: ['ioredis'], servers: ['redis'], program: 'ioredis.cjs'},
	{name: 'bullmq', packages: ['bullmq', 'ioredis'], servers: ['redis'], program: 'bullmq.cjs'},
	{name: 'pg', packages: ['pg'], servers: ['postgresql'], program: 'pg.cjs'},
	{name: 'postgres', packages: ['postgres'], servers: ['postgresql'], program: 'postgres.cjs'},
	{name: 'pg-promise', packages: ['pg-promise'], servers: ['postgresql'], program: 'pg-promise.cjs'},
	{name: 'knex', packages: ['knex', 'pg'], servers: ['postgresql'], program: 'knex.cjs'},
	{name: 'sequelize', packages: ['sequelize', 'pg'], servers: ['postgresql'], program: 'sequelize.cjs'},
	{name: 'kysely', packages: ['kysely', 'pg'], servers: ['postgresql'], program: 'kysely.mjs'},
	{name: 'mysql2', packages: ['mysql2'], servers: ['mariadb'], program: 'mysql2.cjs'},
	{name: 'mysql2-unix', packages: ['mysql2'], servers: ['mariadb'], program: 'mysql2-unix.cjs'},
	{name: 'mysql', packages: ['mysql'], servers: ['mariadb'], program: 'mysql.cjs'},
	{name: 'mariadb', packages: ['mariadb'], servers: ['mariadb'], program: 'mariadb.cjs'},
	{name: 'mqtt', packages: ['mqtt'], servers: ['mosquitto'], program: 'mqtt.cjs'},
	{name: 'mqtt-websocket', packages: ['mqtt'], servers: ['mosquitto'], program: 'mqtt-websocket.cjs'},
	{name: 'amqplib', packages: ['amqplib'], servers: ['rabbitmq'], program: 'amqplib.cjs'},
	{
		name: 'amqp-connection-manager',
		packages: ['amqp-connection-manager', 'amqplib'],
		servers: ['rabbitmq'],
		program: 'amqp-connection-manager.cjs',
	},
	{name: 'nats', packages: ['nats'], servers: ['nats'], program: 'nats.cjs'},
	{name: 'ws', packages: ['ws'], servers: ['nats'], program: 'ws.cjs'},
	{name: 'faye-websocket', packages: ['faye-websocket'], servers: ['nats'], program: 'faye-websocket.cjs'},
	{name: 'memjs', packages: ['memjs'], servers: ['memcached'], program: 'memjs.cjs'},
	{name: 'memcached', packages: ['memcached'], servers: ['memcached'], program: 'memcached.cjs'},
	{name: 'undici', packages: ['undici'], servers: ['nginx'], program: 'undici.cjs'},
	{name: 'undici-h2', packages: ['undici'], servers: ['nginx'], program: 'undici-h2.cjs'},
	{name: 'axios', packages: ['axios'], servers: ['nginx'], program: 'axios.cjs'},
	{name: 'got', packages: ['got'], servers: ['nginx'], program: 'got.mjs'},
	{name: 'got-h2', packages: ['got'], servers: ['nginx'], program: 'got-h2.mjs'},
	{name: 'node-fetch', packages: ['node-fetch'], servers: ['nginx'], program: 'node-fetch.mjs'},
	{name: 'superagent', packages: ['superagent'], servers: ['nginx'], program: 'superagent.cjs'},
	{name: 'ky', packages: ['ky'], servers: ['nginx'], program: 'ky.mjs'},
	{name: 'needle', packages: ['needle'], servers: ['nginx'], program: 'needle.cjs'},
	{name: 'grpc-js', packages: ['@grpc/grpc-js'], servers: ['etcd'], program: 'grpc-js.cjs'},
	{name: 'etcd3', packages: ['etcd3'], servers: ['etcd'], program: 'etcd3.cjs'},
	{
		name: 'socket.io-client',
		packages: ['socket.io-client'],
		servers: ['socket.io'],
		program: 'socket.io-client.cjs',
	},
	{name: 'nodemailer', packages: ['nodemailer'], servers: ['exim'], program: 'nodemailer.cjs'},
	{name: 'imapflow', packages: ['imapflow'], servers: ['dovecot'], program: 'imapflow.cjs'},
	{name: 'basic-ftp', packages: ['basic-ftp'], servers: ['vsftpd'], program: 'basic-ftp.cjs'},
	{name: 'ssh2', packages: ['ssh2'], servers: ['sshd'], program: 'ssh2.cjs'},
	{name: 'ldapts', packages: ['ldapts'], servers: ['slapd'], program: 'ldapts.mjs'},
	{name: 'jackd', packages: ['jackd'], servers: ['beanstalkd'], program: 'jackd.cjs'},
	{name: 'net-snmp', packages: ['net-snmp'], servers: ['snmpd'], program: 'net-snmp.cjs'},
	{name: 'irc-framework', packages: ['irc-framework'], servers: ['ngircd'], program: 'irc-framework.cjs'},
	{name: 'xmpp', packages: ['@xmpp/client'], servers: ['prosody'], program: 'xmpp.mjs'},
	{
		name: 'https-proxy-agent',
		packages: ['https-proxy-agent'],
		servers: ['squid', 'nginx'],
		program: 'https-proxy-agent.mjs',
	},
	{
		name: 'http-proxy-agent',
		packages: ['http-proxy-agent'],
		servers: ['squid', 'nginx'],
		program: 'http-proxy-agent.mjs',
	},
	{
		name: 'undici-proxy',
		packages: ['undici'],
		servers: ['tinyproxy', 'nginx'],
		program: 'undici-proxy.cjs',
	},
	{
		name: 'undici-proxy-by-env',
		packages: ['undici'],
		servers: ['squid', 'nginx'],
		program: 'undici-proxy-by-env.cjs',
	},
	{
		name: 'socks-proxy-agent',
		packages: ['socks-proxy-agent'],
		servers: ['dante', 'nginx'],
		program: 'socks-proxy-agent.mjs',
	},
];
