import {expect} from 'vitest';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {finding, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

/** A client of a server of this kind, and what is found of its handshake. */
const failing = (kind: string, title: string, says: RegExp): Scenario => ({
	rule: 'tls-handshake-failed',
	title,
	async run(context) {
		const netwatch = startNetwatch(context, [targetNode, scenarioProgram('handshakes'), kind]);
		const record = await finding(netwatch, 'tls-handshake-failed', ({severity}) => severity === 'error');
		expect(record).toMatchObject({phase: 'tls', operation: 'handshake'});
		expect(record.message).toMatch(says);
		expect(record.next).toMatchObject({argv: expect.arrayContaining(['s_client'])});
	},
});

export const scenarios: readonly Scenario[] = [
	failing(
		'self-signed',
		'a server with a self-signed certificate',
		/signed by nobody that this program trusts \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
	),
	failing('plain', 'a server that speaks no TLS', /the other side does not speak TLS there \(E/),
	failing(
		'closes',
		'a server that closes when the client has spoken',
		/closed before the handshake was done/,
	),
	{
		rule: 'tls-slow',
		title: 'a server that sends nothing',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('handshakes'), 'silent']);
			const record = await finding(netwatch, 'tls-slow');
			expect(record).toMatchObject({severity: 'info', phase: 'tls', operation: 'handshake'});
			expect(record.message).toMatch(/is not done after more than 2\.000 s$/);
		},
	},
];
