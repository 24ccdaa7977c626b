import {readFile} from 'node:fs/promises';
import {afterEach, describe, expect, test} from 'vitest';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {createShell, type ShellResult} from '../../../../source/kernel/child/shell.ts';
import {createCountersReader} from '../../../../source/kernel/counters/counters.ts';
import type {ShellCommand} from '../../../../source/kernel/ss/commands.ts';
import {isMptcpInUse} from '../../../../source/kernel/ss/mptcp.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';
import {inNamespace, startNamespace} from '../../../helpers/network/namespace.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const readText = (path: string) => readFile(path, 'latin1');

const realCounters = (prefix: readonly string[]) => {
	const shell = createShell<ShellCommand>({prefix, path: childSearchPath(process.env.PATH)});
	cleanUps.push(() => shell.close());
	return createCountersReader({shell, readText});
};

/** A host that has these files, and whose shell writes this. */
const countersOf = (files: Record<string, string>, written: string, pid: number | null = 7) => {
	const run = async (): Promise<ShellResult> => ({
		...{ok: true, stderr: '', exitCode: 2, tookMs: 1},
		stdout: Buffer.from(written),
	});
	return createCountersReader({
		shell: {run, pid},
		readText: async path => files[path] ?? Promise.reject(new Error('not readable')),
	});
};

describe('counters', () => {
	test('of our own namespace are all there', async () => {
		const counters = await realCounters([])();
		const [low, high] = (await readText('/proc/sys/net/ipv4/ip_local_port_range')).split(/\s+/).map(Number);
		expect(counters).toMatchObject({
			ephemeralLow: low,
			ephemeralHigh: high,
			somaxconn: Number(await readText('/proc/sys/net/core/somaxconn')),
		});
		for (const value of Object.values(counters ?? {})) expect(value).toEqual(expect.any(Number));
	});

	test.skipIf(!isRoot)('of another namespace are its own (needs root)', async () => {
		const holder = await startNamespace();
		cleanUps.push(holder.end);
		await inNamespace(
			holder.pid,
			'cd /proc/sys/net; echo "40000 40099" > ipv4/ip_local_port_range; echo 77 > core/somaxconn; echo 555 > ipv4/tcp_max_tw_buckets',
		);
		const counters = await realCounters(['nsenter', `--net=/proc/${holder.pid}/ns/net`, '--'])();
		expect(counters).toMatchObject({
			...{ephemeralLow: 40_000, ephemeralHigh: 40_099, somaxconn: 77, timeWaitLimit: 555},
			...{activeOpens: 0, passiveOpens: 0, outSegs: 0, timeWait: 0},
			// The host's.
			orphanLimit: expect.any(Number),
		});
	});

	test('are read from the files of the shell, which is in the namespace', async () => {
		const files = {
			'/proc/7/net/netstat': fixture('all-states-1.nwt1.proc_net_netstat'),
			'/proc/7/net/sockstat': fixture('all-states-1.nwt1.proc_net_sockstat'),
			'/proc/sys/net/ipv4/tcp_max_orphans': '65536\n',
		};
		const written = '/proc/sys/net/core/somaxconn:4096\n/proc/sys/net/ipv4/ip_local_port_range:1024\t2047\n';
		expect(await countersOf(files, written)()).toEqual({
			...{listenOverflows: 63, listenDrops: 63, synDrops: 0, synCookies: 0},
			...{retransSegs: null, outSegs: null, resets: null},
			...{activeOpens: null, passiveOpens: null, attemptFails: null},
			...{timeWait: 3, orphans: 2, timeWaitLimit: null, orphanLimit: 65_536},
			...{ephemeralLow: 1024, ephemeralHigh: 2047, somaxconn: 4096},
		});
	});

	test('that cannot be read are unknown, not zero', async () => {
		const counters = await countersOf({}, 'grep: no\nsuch:\nsomaxconn:many\n')();
		expect(new Set(Object.values(counters ?? {}))).toEqual(new Set([null]));
	});

	test('are none where there is no shell', async () => {
		expect(await countersOf({}, '', null)()).toBeNull();
	});
});

describe('MPTCP is in use', () => {
	const header = 'protocol  size sockets  memory press maxhdr  slab module     cl co di ac io\n';
	test.each([
		[
			'not where it has no sockets',
			'MPTCPv6   2064      0     180   no\nMPTCP     1936      0     180   no\n',
			false,
		],
		['by IPv4', 'MPTCPv6   2064      0     180   no\nMPTCP     1936     12     180   no\n', true],
		['by IPv6', 'MPTCPv6   2064      1     180   no\nMPTCP     1936      0     180   no\n', true],
		['not where the kernel has none', 'TCP       2304      1     180   no\n', false],
	])('%s', (_how, lines, expected) => {
		expect(isMptcpInUse(header + lines)).toBe(expected);
	});
});
