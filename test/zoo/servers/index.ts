/** All servers, by name. */
import {beanstalkd} from './beanstalkd.ts';
import {dante} from './dante.ts';
import {dovecot} from './dovecot.ts';
import {etcd} from './etcd.ts';
import {exim} from './exim.ts';
import {mariadb} from './mariadb.ts';
import {memcached} from './memcached.ts';
import {mosquitto} from './mosquitto.ts';
import {nats} from './nats.ts';
import {nginx} from './nginx.ts';
import {ngircd} from './ngircd.ts';
import {postgresql} from './postgresql.ts';
import {prosody} from './prosody.ts';
import {rabbitmq} from './rabbitmq.ts';
import {redis} from './redis.ts';
import type {Server} from './server.ts';
import {slapd} from './slapd.ts';
import {snmpd} from './snmpd.ts';
import {socketIo} from './socket-io.ts';
import {squid} from './squid.ts';
import {sshd} from './sshd.ts';
import {tinyproxy} from './tinyproxy.ts';
import {vsftpd} from './vsftpd.ts';

export const servers = {
	beanstalkd,
	dante,
	dovecot,
	etcd,
	exim,
	mariadb,
	memcached,
	mosquitto,
	nats,
	nginx,
	ngircd,
	postgresql,
	prosody,
	rabbitmq,
	redis,
	slapd,
	snmpd,
	'socket.io': socketIo,
	squid,
	sshd,
	tinyproxy,
	vsftpd,
} as const satisfies Record<string, Server>;

export type ServerName = keyof typeof servers;
