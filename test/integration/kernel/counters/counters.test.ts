import {readFile} from 'node:fs/promises';
import {afterEach, describe, expect, test} from 'vitest';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {createShell} from '../../../../source/kernel/child/shell.ts';
import {createCountersReader} from '../../../../source/kernel/counters/counters.ts';
import type {ShellCommand} from '../../../../source/kernel/ss/commands.ts';
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

describe('counters', () => {
	test('the counters of the own namespace are all read', async () => {
		const counters = await realCounters([])();
		const [low, high] = (await readText('/proc/sys/net/ipv4/ip_local_port_range')).split(/\s+/).map(Number);
		expect(counters).toMatchObject({
			ephemeralLow: low,
			ephemeralHigh: high,
			somaxconn: Number(await readText('/proc/sys/net/core/somaxconn')),
		});
		for (const value of Object.values(counters ?? {})) expect(value).toEqual(expect.any(Number));
	});

	test.skipIf(!isRoot)('the counters of another namespace are its own (needs root)', async () => {
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
});
