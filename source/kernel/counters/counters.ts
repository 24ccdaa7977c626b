import type {KernelCounters} from '../../domain/kernel.ts';
import type {Shell} from '../child/shell.ts';
import type {ShellCommand} from '../ss/commands.ts';
import {limitFiles, limitsCommand} from './limits.ts';
import {parseCounter, parsePortRange, parseSockstat} from './parse.ts';

export type CountersIo = {
	shell: Pick<Shell<ShellCommand>, 'run' | 'pid'>;
	/** Reads a file of /proc as text. */
	readText: (path: string) => Promise<string>;
};

/** Settings change rarely: they are read again after this many polls. */
const limitsRefreshEvery = 120;

/**
 * Reads the counters of a namespace: from its shell's files in /proc, at no cost of a process, and its
 * settings through the shell, as /proc/sys shows the settings of the reader's namespace.
 *
 * IPv4 and IPv6 are counted together: TCP has one set of counters for both. The limit of orphans, and the
 * orphans themselves, are the host's; all else is the namespace's.
 *
 * @returns null where there is no shell
 */
export const createCountersReader = ({
	shell,
	readText,
}: CountersIo): (() => Promise<KernelCounters | null>) => {
	let reads = 0;
	let limits = unknownLimits;

	const readLimits = async (): Promise<void> => {
		if (reads++ % limitsRefreshEvery !== 0) return;
		const result = await shell.run(limitsCommand);
		if (!result.ok) return;
		limits = parseLimits(result.stdout.toString('latin1'));
		// Only the first namespace has the file.
		limits.orphanLimit ??= toNumber(await readText('/proc/sys/net/ipv4/tcp_max_orphans').catch(() => ''));
	};

	return async () => {
		// Before its first answer, the shell may not have entered the namespace yet.
		await readLimits();
		const {pid} = shell;
		if (pid === null) return null;
		const read = (name: string) => readText(`/proc/${pid}/net/${name}`).catch(() => '');
		const [netstat, snmp, sockstat] = await Promise.all([read('netstat'), read('snmp'), read('sockstat')]);
		return parseCounters({netstat, snmp, sockstat}, limits);
	};
};

/** The files of `/proc/PID/net` with counters. */
export type CounterFiles = Readonly<Record<'netstat' | 'snmp' | 'sockstat', string>>;

export const parseCounters = (
	{netstat, snmp, sockstat}: CounterFiles,
	limits: NamespaceLimits,
): KernelCounters => ({
	listenOverflows: parseCounter(netstat, 'TcpExt', 'ListenOverflows'),
	listenDrops: parseCounter(netstat, 'TcpExt', 'ListenDrops'),
	synDrops: parseCounter(netstat, 'TcpExt', 'TCPReqQFullDrop'),
	synCookies: parseCounter(netstat, 'TcpExt', 'TCPReqQFullDoCookies'),
	retransSegs: parseCounter(snmp, 'Tcp', 'RetransSegs'),
	outSegs: parseCounter(snmp, 'Tcp', 'OutSegs'),
	activeOpens: parseCounter(snmp, 'Tcp', 'ActiveOpens'),
	passiveOpens: parseCounter(snmp, 'Tcp', 'PassiveOpens'),
	attemptFails: parseCounter(snmp, 'Tcp', 'AttemptFails'),
	resets: parseCounter(snmp, 'Tcp', 'EstabResets'),
	timeWait: parseSockstat(sockstat, 'TCP', 'tw'),
	orphans: parseSockstat(sockstat, 'TCP', 'orphan'),
	...limits,
});

export type NamespaceLimits = Pick<
	KernelCounters,
	'timeWaitLimit' | 'orphanLimit' | 'ephemeralLow' | 'ephemeralHigh' | 'somaxconn'
>;

export const unknownLimits: NamespaceLimits = {
	timeWaitLimit: null,
	orphanLimit: null,
	ephemeralLow: null,
	ephemeralHigh: null,
	somaxconn: null,
};

/**
 * Reads the settings of netwatch's own namespace, rarely and without a shell.
 *
 * @param readText reads a file of /proc; rejects where it is unreadable
 */
export const createLimitsReader = (readText: CountersIo['readText']): (() => Promise<NamespaceLimits>) => {
	let reads = 0;
	let limits = unknownLimits;
	return async () => {
		if (reads++ % limitsRefreshEvery === 0) {
			const texts = await Promise.all(
				limitFiles.map(async path => `${path}:${await readText(path).catch(() => '')}`),
			);
			limits = parseLimits(texts.join('\n'));
		}
		return limits;
	};
};

/** Parses settings as printed by `grep -H`. */
// /proc/sys/net/core/somaxconn:4096
export const parseLimits = (text: string): NamespaceLimits => {
	const values = new Map<string, string>();
	for (const line of text.split('\n')) {
		const colon = line.indexOf(':');
		values.set(line.slice(line.lastIndexOf('/', colon) + 1, colon), line.slice(colon + 1));
	}
	const ports = parsePortRange(values.get('ip_local_port_range') ?? '');
	return {
		timeWaitLimit: toNumber(values.get('tcp_max_tw_buckets')),
		orphanLimit: toNumber(values.get('tcp_max_orphans')),
		ephemeralLow: ports?.low ?? null,
		ephemeralHigh: ports?.high ?? null,
		somaxconn: toNumber(values.get('somaxconn')),
	};
};

const toNumber = (text: string | undefined): number | null =>
	text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
