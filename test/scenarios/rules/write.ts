import {expect} from 'vitest';
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
];
