import {describe, expect, test} from 'vitest';
import type {ShellResult} from '../../../../source/kernel/child/shell.ts';
import {createCountersReader} from '../../../../source/kernel/counters/counters.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';

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

	test('are unknown, not zero, where a file cannot be read', async () => {
		const counters = await countersOf({}, 'grep: no\nsuch:\nsomaxconn:many\n')();
		expect(new Set(Object.values(counters ?? {}))).toEqual(new Set([null]));
	});

	test('are absent where there is no shell', async () => {
		expect(await countersOf({}, '', null)()).toBeNull();
	});
});
