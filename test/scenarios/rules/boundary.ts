import {execFileSync} from 'node:child_process';
import {expect, type TestContext} from 'vitest';
import {formatAddress} from '../../../source/domain/format.ts';
import {type Cable, layCable} from '../../helpers/network/cable.ts';
import {isRoot} from '../../helpers/process/is-root.ts';
import {type Netwatch, startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {finding, raisedRules, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const skip = isRoot ? null : 'needs root, for namespaces on both sides';

const hasNft = (): boolean => {
	try {
		execFileSync('nft', ['--version'], {env: {...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`}});
		return true;
	} catch {
		return false;
	}
};
const skipNat = skip ?? (hasNft() ? null : 'needs nft');

const addresses = {near: ['10.77.0.1/24', '10.77.0.3/24'], far: ['10.77.0.2/24']};

/** A server at the far end of the cable, and a client at the near one, both watched. */
const across = (context: TestContext, {near, far}: Cable, host: string, port: number): Netwatch =>
	startNetwatch(context, [
		...[targetNode, scenarioProgram('across'), 'both', JSON.stringify(far.enter), JSON.stringify(near.enter)],
		...['8080', host, String(port)],
	]);

export const scenarios: readonly Scenario[] = [
	{
		rule: 'proxy-hop',
		title: 'a client that asks an HTTP proxy for a tunnel',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('relays'), 'tunnel']);
			const record = await finding(netwatch, 'proxy-hop', ({message}) => message.includes('tunnel'));
			expect(record).toMatchObject({severity: 'info', phase: 'boundary', operation: 'connect'});
			expect(record.message).toMatch(/reached a proxy, which was asked for a tunnel to 127\.0\.0\.1:\d+$/);
		},
	},
	{
		rule: 'tunnel-refused',
		title: 'a client whose HTTP proxy wants credentials',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('relays'), 'refuses']);
			const record = await finding(netwatch, 'tunnel-refused');
			expect(record).toMatchObject({severity: 'warn', phase: 'boundary', operation: 'connect'});
			expect(record.message).toMatch(
				/reached a proxy, which refused the tunnel to 127\.0\.0\.1:\d+ with 407$/,
			);
			expect(record.next).toMatchObject({advice: expect.stringContaining('user name and password')});
			expect(netwatch.rows.get(record.id ?? '')?.http).toMatchObject({requests: 1, open: 0});
			expect(raisedRules(netwatch)).not.toContain('proxy-hop');
		},
	},
	{
		rule: 'proxy-hop',
		title: 'a process that carries bytes from one connection to another',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('relays'), 'relay']);
			const record = await finding(netwatch, 'proxy-hop');
			const row = netwatch.rows.get(record.id ?? '');
			// The client is the pair of what the proxy has accepted.
			const client = [...netwatch.rows.values()].find(
				({role, id, peer}) => role === 'client' && id !== row?.id && peer !== null,
			);
			expect(record.message).toContain(`accepted from ${formatAddress(client?.local ?? null)}`);
			expect(record.message).toMatch(/^connect to .* carries on what .* as far as is visible from here$/);
		},
	},
	{
		rule: 'proxy-hop',
		title: 'a server that asks another one and makes its own answer is no proxy',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('relays'), 'gateway']);
			await netwatch.until(() => netwatch.stderr().includes('"fact":"talked"'));
			const loads = netwatch.all('load').length;
			await netwatch.until(() => netwatch.all('load').length > loads + 9);
			expect(raisedRules(netwatch)).not.toContain('proxy-hop');
		},
	},
	{
		rule: 'peer-is-container',
		title: 'a connection by a veth device of this host',
		skip,
		async run(context) {
			const netwatch = across(context, await layCable(context, addresses), '10.77.0.2', 8080);
			const record = await finding(netwatch, 'peer-is-container', ({operation}) => operation === 'connect');
			expect(record).toMatchObject({severity: 'info', phase: 'boundary', peer: {address: '10.77.0.2'}});
			expect(record.message).toContain('near0 is a veth device');
			const accepted = await finding(netwatch, 'peer-is-container', ({operation}) => operation === 'accept');
			expect(accepted.message).toMatch(
				/^accept from 10\.77\.0\.1:\d+ at .*10\.77\.0\.2:8080 stays on this host/,
			);
			// Addresses that mirror each other are not rewritten.
			expect(raisedRules(netwatch)).not.toContain('source-rewritten');
		},
	},
	{
		rule: 'source-rewritten',
		title: 'another source address at the far end',
		skip: skipNat,
		async run(context) {
			const cable = await layCable(context, addresses);
			cable.near.run(
				'nft',
				'add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }',
			);
			cable.near.run('nft', 'add rule ip nat out ip saddr 10.77.0.1 snat to 10.77.0.3');
			const netwatch = across(context, cable, '10.77.0.2', 8080);
			const record = await finding(netwatch, 'source-rewritten');
			expect(record).toMatchObject({severity: 'info', phase: 'boundary', operation: 'connect'});
			expect(record.message).toMatch(
				/^connect to 10\.77\.0\.2:8080 from 10\.77\.0\.1:(\d+) was accepted as one from .*10\.77\.0\.3:\1: its source address is rewritten on the way$/,
			);
			expect(record.evidence.map(({source}) => source)).toEqual(expect.arrayContaining(['process', 'peer']));
		},
	},
	{
		rule: 'source-rewritten',
		title: 'another port at the far end',
		skip: skipNat,
		async run(context) {
			const cable = await layCable(context, addresses);
			cable.far.run(
				'nft',
				'add table ip nat; add chain ip nat in { type nat hook prerouting priority -100; }',
			);
			cable.far.run('nft', 'add rule ip nat in tcp dport 80 redirect to :8080');
			const netwatch = across(context, cable, '10.77.0.2', 80);
			const record = await finding(netwatch, 'source-rewritten');
			expect(record.message).toMatch(
				/^connect to 10\.77\.0\.2:80 from 10\.77\.0\.1:\d+ was accepted at .*10\.77\.0\.2:8080: its destination is rewritten on the way$/,
			);
		},
	},
];
