import {readFileSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import type {InterfacesSnapshot, NetworkInterface} from '../../../../source/domain/kernel.ts';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {type InterfaceWatchOptions, watchInterfaces} from '../../../../source/kernel/ip/interfaces.ts';
import {openNamespace, readNamespace} from '../../../../source/procfs/namespace.ts';
import {inNamespace, startNamespace} from '../../../helpers/network/namespace.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {until} from '../../../helpers/process/until.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const watch = (options: Partial<InterfaceWatchOptions> = {}) => {
	const snapshots: InterfacesSnapshot[] = [];
	const said: unknown[][] = [];
	const its = watchInterfaces({
		netns: '7',
		prefix: [],
		path: childSearchPath(process.env.PATH),
		now: Date.now,
		intervalMs: 20,
		onSnapshot: seen => snapshots.push(seen),
		onFailure: (...words) => said.push(words),
		...options,
	});
	cleanUps.push(its.close);
	const named = (name: string): NetworkInterface | undefined =>
		snapshots.at(-1)?.interfaces.find(one => one.name === name);
	return {its, snapshots, said, named};
};

test('the loopback interface of the own namespace is in every snapshot', {timeout: 30_000}, async () => {
	const {snapshots, named, said} = watch();
	await until('three snapshots', () => snapshots.length >= 3, 20_000);
	expect(named('lo')).toMatchObject({index: 1, kind: 'loopback', mtu: 65_536});
	expect(named('lo')?.addresses).toContain('127.0.0.1/8');
	expect(snapshots[0]).toMatchObject({netns: '7'});
	expect(snapshots[2]?.at).toBeGreaterThan(snapshots[0]?.at ?? 0);
	expect(said).toEqual([]);
});

test('a changed interface is read without waiting for the next poll', async () => {
	const {its, snapshots} = watch({intervalMs: 3_600_000});
	await until('the first snapshot', () => snapshots.length === 1);
	its.pollNow();
	await until('the second snapshot', () => snapshots.length === 2);
});

test('a missing ip is reported once', async () => {
	const {said, snapshots} = watch({path: '/nowhere'});
	await until('it is said', () => said.length > 0);
	expect(said).toEqual([['ip not found', 'ip']]);
	expect(snapshots).toEqual([]);
});

test('an ip too old to answer is reported by name, once', async () => {
	const old = 'echo \'Option "-j" is unknown, try "ip -help".\' >&2; exit 255';
	const {said} = watch({prefix: ['/bin/sh', '-c', old]});
	await until('it is said', () => said.length > 0);
	expect(said).toEqual([
		[
			'ip ended with exit code 255: Option "-j" is unknown, try "ip -help". (iproute2 4.17 or newer is needed)',
			null,
		],
	]);
});

describe.skipIf(!isRoot)('in a network namespace of its own (needs root)', () => {
	const namespace = async (setUp: string) => {
		const holder = await startNamespace(setUp);
		cleanUps.push(holder.end);
		const netns = readNamespace(holder.pid);
		const entry = netns.ok ? openNamespace(netns.value, holder.pid) : netns;
		if (!entry.ok) throw new Error(entry.reason);
		cleanUps.push(entry.value.release);
		return {pid: holder.pid, ...watch({prefix: entry.value.prefix})};
	};

	test('addresses, kinds and masters of interfaces are reported, and their changes', async () => {
		const {pid, named} = await namespace(
			'ip link add br7 type bridge; ip link set nwa1 master br7; ip addr add 10.203.0.2/24 dev nwa0; ip link set br7 up',
		);
		await until('the first snapshot', () => named('nwa0'));
		expect(named('nwa0')).toMatchObject({kind: 'veth', master: null, mtu: 1500, state: 'UP'});
		expect(named('nwa0')?.addresses).toEqual(
			expect.arrayContaining(['10.203.0.1/24', '10.203.0.2/24', 'fd03::1/64']),
		);
		expect(named('nwa1')).toMatchObject({kind: 'veth', master: 'br7'});
		expect(named('br7')).toMatchObject({kind: 'bridge', addresses: expect.any(Array)});
		await inNamespace(
			pid,
			'ip link set nwa0 down mtu 1400; ip addr del 10.203.0.2/24 dev nwa0; ip link del br7',
		);
		const changed = await until('the change', () => (named('br7') === undefined ? named('nwa0') : undefined));
		expect(changed).toMatchObject({state: 'DOWN', mtu: 1400});
		expect(changed?.addresses).not.toContain('10.203.0.2/24');
	});

	test("the counters of an interface are the kernel's", async () => {
		const {pid, named} = await namespace('ping -c 3 -i 0.01 10.203.0.1 >/dev/null 2>&1 || true');
		await until('the same as in /proc', () => {
			const [received = [], sent = []] = countersOf(pid, 'nwa0');
			const one = named('nwa0');
			return (
				one !== undefined &&
				[one.inBytes, one.inErrors, one.inDropped].every((count, index) => count === received[index]) &&
				[one.outBytes, one.outErrors, one.outDropped].every((count, index) => count === sent[index])
			);
		});
	});
});

/** Bytes, errors and drops, in and out, as /proc has them. */
const countersOf = (pid: number, name: string): (number | undefined)[][] => {
	const line = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
		.split('\n')
		.find(text => text.trim().startsWith(`${name}:`));
	const counts = (line ?? '').split(':')[1]?.trim().split(/ +/).map(Number) ?? [];
	return [0, 8].map(from => [counts[from], counts[from + 2], counts[from + 3]]);
};
