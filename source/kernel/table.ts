import type {KernelCounters} from '../model/types.ts';
import {oneLine} from './one-line.ts';
import {parseCounter, parsePortRange, parseSockstat} from './parse-counters.ts';
import {parseTable} from './parse-table.ts';
import type {KernelEvents} from './reader.ts';
import type {Shell, ShellAnswer, ShellFailure} from './shell.ts';
import {hasOneLine, parseSsVersion, type SsVersion} from './version.ts';

/**
 * All that the table ever asks. TIME-WAIT is left out: a busy host has tens of thousands, and sockstat counts them.
 * `-e` brings the timers with it, `-i` and `-m` five times the text.
 */
export type TableCommand =
	| 'ss -V'
	| 'ss -HOtaneim exclude time-wait'
	| 'ss -HOtane exclude time-wait'
	| 'ss -Htaneim exclude time-wait'
	| 'ss -Htane exclude time-wait'
	| 'cat /proc/sys/net/ipv4/ip_local_port_range';

export type TableIo = {
	shell: Pick<Shell<TableCommand>, 'run' | 'pid'>;
	/** Reads a file of /proc as text. */
	readText: (path: string) => Promise<string>;
	/** Milliseconds since the epoch, with fractions. */
	now: () => number;
	events: Pick<KernelEvents, 'onPart' | 'onLookEnd' | 'onCounters'>;
};

/** Why there is no snapshot; `final` and `missing` as in ShellFailure. */
export type TableAnswer = {ok: true; tookMs: number} | ShellFailure;

/** Above this many sockets a look does without TCP info, until they are fewer than the lower number. */
const detailUpTo = 2000;
const detailAgainBelow = 1500;
/** The port range changes rarely: it is read again every so many looks. */
const portRangeEvery = 60;
const notFound = 127;

/**
 * Reads the sockets and the counters of one network namespace.
 *
 * @param netns The namespace's number, for the snapshot.
 */
export const createTable = (netns: string, {shell, readText, now, events}: TableIo) => {
	let version: SsVersion | null | undefined;
	let detailed = true;
	let windowsShown = false;
	let looks = 0;
	let ports: {low: number; high: number} | null = null;

	const learnVersion = async (): Promise<{ok: true; value: SsVersion | null} | ShellFailure> => {
		if (version !== undefined) return {ok: true, value: version};
		const answer = await shell.run('ss -V');
		if (!answer.ok || answer.exitCode !== 0) return failure(answer);
		version = parseSsVersion(answer.stdout.toString('latin1'));
		return {ok: true, value: version};
	};

	const command = (oneLinePerSocket: boolean): TableCommand => {
		if (oneLinePerSocket) return detailed ? 'ss -HOtaneim exclude time-wait' : 'ss -HOtane exclude time-wait';
		return detailed ? 'ss -Htaneim exclude time-wait' : 'ss -Htane exclude time-wait';
	};

	const readPorts = async (): Promise<void> => {
		if (looks++ % portRangeEvery !== 0) return;
		const answer = await shell.run('cat /proc/sys/net/ipv4/ip_local_port_range');
		ports = answer.ok ? parsePortRange(answer.stdout.toString('latin1')) : null;
	};

	/** The shell is a process of the namespace: its files in /proc tell the namespace's counters. */
	const readCounters = async (): Promise<KernelCounters> => {
		const read = (name: string) => readText(`/proc/${shell.pid}/net/${name}`).catch(() => '');
		const [netstat, snmp, sockstat] = await Promise.all([read('netstat'), read('snmp'), read('sockstat')]);
		return {
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
			timeWaitLimit: null,
			orphanLimit: null,
			ephemeralLow: ports?.low ?? null,
			ephemeralHigh: ports?.high ?? null,
			somaxconn: null,
		};
	};

	const read = async (): Promise<TableAnswer> => {
		const learned = await learnVersion();
		if (!learned.ok) return learned;
		await readPorts();
		const at = now();
		const oneLinePerSocket = hasOneLine(learned.value);
		const answer = await shell.run(command(oneLinePerSocket));
		if (!answer.ok || answer.exitCode !== 0) return failure(answer);
		const table = parseTable(answer.stdout.toString('latin1'), {
			version: learned.value,
			multiline: !oneLinePerSocket,
			windowsShown,
		});
		windowsShown = table.windowsShown;
		detailed = table.sockets.length < (detailed ? detailUpTo : detailAgainBelow);
		const counters = await readCounters();
		const tookMs = now() - at;
		const {sockets, notUnderstood} = table;
		events.onCounters(netns, at, counters);
		events.onPart({netns, look: 'table', at, sockets});
		events.onLookEnd({
			...{netns, look: 'table', at, tookMs, sockets: sockets.length, notUnderstood},
			kinds: new Set(['tcp']),
		});
		return {ok: true, tookMs};
	};

	return {read};
};

const failure = (answer: ShellAnswer): ShellFailure => {
	if (!answer.ok) return answer;
	if (answer.exitCode === notFound) return {ok: false, reason: 'ss not found', final: true, missing: 'ss'};
	const reason = `ss ended with exit code ${answer.exitCode}: ${oneLine(answer.stderr)}`;
	return {ok: false, reason, final: false, missing: null};
};
