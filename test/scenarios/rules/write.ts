import {expect} from 'vitest';
import type {Place} from '../../helpers/network/cable.ts';
import {
	alarmsOf,
	connected,
	needsRoot,
	signalServer,
	watchClient,
	watchEnds,
} from '../../helpers/scenarios/places.ts';
import {cleared, finding, type Scenario} from '../../helpers/scenarios/scenario.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'peer-not-reading',
		title: 'a server that pauses, until its window is closed: raised at the writer, and cleared',
		async run(context) {
			const netwatch = watchEnds(context, 'pausesUntilSignal', 'writes', 'apart');
			const record = await finding(netwatch, 'peer-not-reading');
			expect(record).toMatchObject({severity: 'warn', phase: 'write', operation: 'write'});
			expect(record.message).toContain('its window is shut, and write() says false');
			const peer = record.evidence.find(({source}) => source === 'peer');
			if (peer !== undefined) expect(peer.fact).toContain('paused by its program');
			signalServer(netwatch);
			await cleared(netwatch, record);
		},
	},
	{
		rule: 'slow-reader',
		title: 'a server that takes a little now and then',
		async run(context) {
			const netwatch = watchEnds(context, 'sips', 'writes');
			const record = await finding(netwatch, 'slow-reader');
			expect(record).toMatchObject({phase: 'write', operation: 'write'});
			expect(alarmsOf(netwatch)).not.toContain('data-retransmits');
		},
	},
	{
		rule: 'write-ignored-false',
		title: 'a client that keeps writing, whatever write() returns',
		async run(context) {
			const netwatch = watchEnds(context, 'ignores', 'floods');
			const record = await finding(netwatch, 'write-ignored-false');
			expect(record).toMatchObject({phase: 'write', operation: 'write'});
			expect(record.message).toMatch(/over \d.*M wait in its memory/);
		},
	},
	{
		rule: 'write-ignored-false',
		title: 'is not raised for a client that waits for drain',
		async run(context) {
			const netwatch = watchEnds(context, 'ignores', 'writes');
			await finding(netwatch, 'peer-not-reading');
			expect(alarmsOf(netwatch)).not.toContain('write-ignored-false');
		},
	},
	{
		rule: 'broken-pipe',
		title: 'a client that writes on after the server has gone',
		async run(context) {
			const netwatch = watchEnds(context, 'goes', 'writesOn');
			const record = await finding(netwatch, 'broken-pipe');
			expect(record).toMatchObject({severity: 'error', phase: 'write', operation: 'write'});
			expect(record.message).toMatch(/EPIPE: the other side had ended it \d/);
			expect(alarmsOf(netwatch)).toEqual(['broken-pipe']);
		},
	},
	{
		rule: 'data-retransmits',
		title: 'a cable on which every eighth packet gets lost',
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'reads', 'streams', {
				prepare({far}) {
					far.run('nft', 'add', 'table', 'inet', 'loses');
					far.run('nft', 'add', 'chain', 'inet', 'loses', 'in', '{ type filter hook input priority 0 ; }');
					far.run(
						'nft',
						'add',
						'rule',
						'inet',
						'loses',
						'in',
						'tcp',
						'flags',
						'!=',
						'syn',
						'numgen',
						'random',
						'mod',
						'8',
						'0',
						'drop',
					);
				},
			});
			await connected(hosts);
			const record = await finding(hosts.netwatch, 'data-retransmits', ({severity}) => severity === 'warn');
			expect(record).toMatchObject({phase: 'write', operation: 'write'});
			expect(record.message).toContain('over 5 % of what is sent');
		},
	},
	{
		rule: 'path-mtu',
		title: 'a way that takes no full-sized segments, while small ones of other connections pass',
		skip: needsRoot,
		async run(context) {
			const {netwatch} = await watchClient(context, 'echoes', 'sendsMuchAndLittle', {
				prepare: ({far}) => dropIn(far, 'input', 'meta', 'length', '>', '1300'),
			});
			const record = await finding(netwatch, 'path-mtu');
			expect(record).toMatchObject({severity: 'warn', phase: 'write', operation: 'write'});
			expect(record.message).toMatch(
				/segments of 1448 bytes are lost after \d+ retransmits while small ones pass/,
			);
			expect(record.next).toMatchObject({
				argv: expect.arrayContaining(['ping', '-M', 'do', '1472', '10.53.0.2']),
			});
		},
	},
	{
		rule: 'output-dropped',
		title: "a firewall rule for this host's own output on an open connection",
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'reads', 'pings');
			await connected(hosts);
			dropIn(hosts.near, 'output', 'tcp', 'dport', String(hosts.port));
			const {netwatch} = hosts;
			const record = await finding(netwatch, 'output-dropped');
			expect(record).toMatchObject({severity: 'warn', phase: 'write', operation: 'write'});
			expect(record.message).toMatch(
				/4 bytes have not left this host, though the other side's window is open/,
			);
			expect(JSON.stringify(netwatch.all('diagnosis'))).not.toMatch(/retransmit|sent again/);
			expect(alarmsOf(netwatch)).toEqual(['output-dropped']);
		},
	},
	{
		rule: 'output-dropped',
		title: "a firewall rule for this host's own output before the connection",
		skip: needsRoot,
		async run(context) {
			const {netwatch} = await watchClient(context, 'reads', 'pings', {
				prepare: ({near}) => dropIn(near, 'output', 'ip', 'daddr', '10.53.0.2'),
			});
			const record = await finding(netwatch, 'output-dropped');
			expect(record).toMatchObject({severity: 'warn', phase: 'connect', operation: 'connect'});
			expect(record.message).toContain('its SYN has not left this host');
			expect(JSON.stringify(netwatch.all('diagnosis'))).not.toMatch(/retransmit|sent again/);
			expect(alarmsOf(netwatch)).toEqual(['output-dropped']);
		},
	},
];

/** From now on, packets that match are dropped on their way in or out. */
function dropIn({run}: Place, hook: 'input' | 'output', ...match: readonly string[]): void {
	run('nft', 'add', 'table', 'inet', 'drops');
	run('nft', 'add', 'chain', 'inet', 'drops', hook, `{ type filter hook ${hook} priority 0 ; }`);
	run('nft', 'add', 'rule', 'inet', 'drops', hook, ...match, 'drop');
}
