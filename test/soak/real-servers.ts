/**
 * The programs of the soak whose packages or servers are not part of the suite: packages come from the npm registry into a
 * cache directory, servers from Debian's packages.
 */

import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {root} from '../helpers/process/paths.ts';
import type {Lifetime} from '../helpers/process/temporary-directory.ts';
import {freePort, type Server, started, startRedis} from '../suites/servers.ts';
import type {SoakProgram} from './soak.ts';

const cache = process.env.SOAK_CACHE ?? join(root, 'node_modules/.cache/soak');
const certificate = join(root, 'examples/support/public-test-certificate.pem');

/** @returns the environment in which a program finds these packages, each NAME@VERSION */
const packages = async (...specifiers: string[]): Promise<{NODE_PATH: string}> => {
	const directory = join(cache, specifiers.join('+').replaceAll('/', '_'));
	const done = join(directory, 'installed');
	if (!existsSync(done)) {
		mkdirSync(directory, {recursive: true});
		const options = ['--prefix', directory, '--no-audit', '--no-fund', '--ignore-scripts'];
		await execa('npm', ['install', ...options, ...specifiers], {stdout: 'ignore', stderr: 'inherit'});
		writeFileSync(done, '');
	}

	return {NODE_PATH: join(directory, 'node_modules')};
};

/** Node 26, as the npm package `node` brings it. */
const node26 = async (): Promise<string> => {
	const directory = join(cache, 'node-26');
	const binary = join(directory, 'node_modules/node/bin/node');
	if (!existsSync(binary)) {
		mkdirSync(directory, {recursive: true});
		// Its binary is the work of an install script.
		const options = ['--prefix', directory, '--no-audit', '--no-fund'];
		await execa('npm', ['install', ...options, 'node@26'], {stdout: 'ignore', stderr: 'inherit'});
	}

	return binary;
};

const endsWith = (context: Lifetime, server: Server): string => {
	context.onTestFinished(() => server.close());
	return String(server.port);
};

/** Starts a server that reads its whole configuration from one file. */
const configured = async (
	context: Lifetime,
	program: string,
	words: readonly string[],
	configuration: (port: number, directory: string) => readonly string[],
): Promise<string> => {
	// Removed with the server.
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-soak-'));
	const port = await freePort();
	const file = join(directory, 'configuration');
	writeFileSync(file, `${configuration(port, directory).join('\n')}\n`);
	const child = spawn(program, [...words, file], {stdio: 'ignore', cwd: directory});
	return endsWith(context, await started(child, 'SIGTERM', port, directory));
};

const startMosquitto = async (context: Lifetime): Promise<string> => {
	// Version 2.0.11 ends at once where WebSocket is the only protocol that it listens for.
	const plain = await freePort();
	return configured(context, mosquittoPath, ['-c'], port => [
		// As root it would become another user, which cannot read the file.
		...['user root', 'persistence false', 'log_dest none', 'allow_anonymous true'],
		...[`listener ${plain} 127.0.0.1`, `listener ${port} 127.0.0.1`, 'protocol websockets'],
	]);
};

const startSquid = (context: Lifetime): Promise<string> =>
	configured(context, squidPath, ['-N', '-f'], (port, directory) => [
		...[`http_port 127.0.0.1:${port}`, 'http_access allow all', 'cache deny all', 'access_log none'],
		...['pid_filename none', 'cache_log /dev/null', `coredump_dir ${directory}`],
		...['shutdown_lifetime 0 seconds', 'visible_hostname localhost'],
	]);

const startHaproxy = (context: Lifetime, to: number): Promise<string> =>
	configured(context, haproxyPath, ['-db', '-f'], port => [
		'defaults',
		...['mode http', 'timeout connect 5s', 'timeout client 30s', 'timeout server 30s'].map(indented),
		'listen soak',
		...[`bind 127.0.0.1:${port}`, `server gateway 127.0.0.1:${to}`].map(indented),
	]);

const indented = (line: string): string => `  ${line}`;

/** Debian's packages put them where an ordinary user's PATH does not lead. */
const haproxyPath = '/usr/sbin/haproxy';
const squidPath = '/usr/sbin/squid';
const mosquittoPath = '/usr/sbin/mosquitto';
const redisPath = '/usr/bin/redis-server';

const missing = (...paths: string[]): string | null => {
	const absent = paths.filter(path => !existsSync(path));
	return absent.length === 0 ? null : `not installed: ${absent.join(', ')}`;
};

export const serverPrograms: readonly SoakProgram[] = [
	{
		name: 'fetch-http2',
		load: {count: 'requests by HTTP/2', perSecond: 5},
		skip: null,
		env: async () => ({NODE_EXTRA_CA_CERTS: certificate}),
		node: node26,
	},
	{
		name: 'redis-jobs',
		load: {count: 'jobs', perSecond: 5},
		skip: missing(redisPath),
		env: async context => ({
			...(await packages('ioredis@6.0.0', 'bullmq@6.7.0')),
			SOAK_REDIS_PORT: endsWith(context, await startRedis()),
		}),
	},
	{
		name: 'gateway',
		load: {count: 'requests', perSecond: 5},
		skip: missing(haproxyPath, squidPath),
		env: async context => {
			const gateway = await freePort();
			return {
				...(await packages('https-proxy-agent@9.1.0', 'undici@7.30.2')),
				SOAK_GATEWAY_PORT: String(gateway),
				SOAK_HAPROXY_PORT: await startHaproxy(context, gateway),
				SOAK_SQUID_PORT: await startSquid(context),
			};
		},
	},
	{
		name: 'mqtt-websocket',
		load: {count: 'messages', perSecond: 5},
		skip: missing(mosquittoPath),
		env: async context => ({
			...(await packages('mqtt@5.16.0')),
			SOAK_MQTT_PORT: await startMosquitto(context),
		}),
	},
];
