/** The settings behind getaddrinfo() of a process: its resolv.conf, hosts, nsswitch.conf, and the size of libuv's thread pool. */
import {isIP} from 'node:net';
import type {ResolverView} from '../domain/kernel.ts';
import {readProcFile} from './proc-file.ts';

const maxFileBytes = 16_384;
/** A larger file is one of a blocklist: the names that matter stand first. */
const maxHostsBytes = 65_536;
const maxEnvironmentBytes = 262_144;
/** MAXNS, RES_TIMEOUT and RES_DFLRETRY of glibc's <resolv.h>, and glibc's upper limits of both. */
const maxNameservers = 3;
const timeoutRange = {usual: 5, most: 30};
const attemptsRange = {usual: 2, most: 5};
/** Upper limit of libuv's thread pool (MAX_THREADPOOL_SIZE of its threadpool.c). */
const maxThreads = 1024;

/**
 * @param pid a process, which may live in a file system of its own
 * @returns null where the process is gone or unreadable
 */
export const readResolverConfig = async (pid: number): Promise<ResolverView | null> => {
	const [file, environment, hosts, services] = await Promise.all([
		readProcFile(`/proc/${pid}/root/etc/resolv.conf`, maxFileBytes),
		readProcFile(`/proc/${pid}/environ`, maxEnvironmentBytes),
		readProcFile(`/proc/${pid}/root/etc/hosts`, maxHostsBytes),
		readProcFile(`/proc/${pid}/root/etc/nsswitch.conf`, maxFileBytes),
	]);
	if (file === null) return null;
	return {
		...parseResolvConf(file.text),
		hosts: hosts === null ? null : parseHosts(hosts.text),
		usesDns: parseUsesDns(services?.text ?? ''),
		threads: parseThreadPoolSize(environment?.text ?? ''),
	};
};

/** Parses resolv.conf(5). Entries that are not addresses are left out: the file is untrusted. */
// nameserver 10.0.0.2
// options timeout:1 attempts:1 ndots:5
export const parseResolvConf = (
	text: string,
): Pick<ResolverView, 'nameservers' | 'timeoutMs' | 'attempts'> => {
	const lines = text.split('\n').map(line => line.trim().split(/\s+/));
	const nameservers = lines
		.flatMap(([word, address = '']) => (word === 'nameserver' && isIP(address) !== 0 ? address : []))
		.slice(0, maxNameservers);
	const options = lines.flatMap(([word, ...rest]) => (word === 'options' ? rest : []));
	const option = (name: string, {usual, most}: {usual: number; most: number}): number => {
		const value = options.findLast(entry => entry.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
		return /^\d{1,9}$/.test(value) ? Math.min(Math.max(1, Number(value)), most) : usual;
	};
	return {
		nameservers,
		timeoutMs: option('timeout', timeoutRange) * 1000,
		attempts: option('attempts', attemptsRange),
	};
};

/** The names in hosts(5), in small letters. */
// 127.0.0.1 localhost db.internal # comment
export const parseHosts = (text: string): Set<string> =>
	new Set(
		text.split('\n').flatMap(line => {
			const [address = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
			return isIP(address.replace(/%.*/, '')) === 0 ? [] : names;
		}),
	);

/** @returns whether the line for hosts in nsswitch.conf(5) names DNS; true where there is none */
// hosts: files mdns4_minimal [NOTFOUND=return] dns
export const parseUsesDns = (text: string): boolean => {
	const services = /^\s*hosts:([^#\n]*)/m.exec(text)?.[1];
	return services === undefined || services.split(/\s+/).includes('dns');
};

/** @param environment as in /proc/PID/environ: `NAME=value`, each followed by a zero byte */
export const parseThreadPoolSize = (environment: string): number | null => {
	const value = /(?:^|\0)UV_THREADPOOL_SIZE=([^\0]*)/.exec(environment)?.[1];
	if (value === undefined) return null;
	// As in libuv: text that is not a number counts as 0, and 0 as 1.
	const threads = Number.parseInt(value, 10) || 1;
	return threads < 0 ? maxThreads : Math.min(threads, maxThreads);
};
