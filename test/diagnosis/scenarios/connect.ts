import {expect} from 'vitest';
import {startNetwatch} from '../../support/netwatch.ts';
import {target, targetNode} from '../../support/program.ts';
import {finding, type Scenario} from '../support.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'connect-refused',
		title: 'a client of a port on which nobody listens',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, target('refused')]);
			const record = await finding(netwatch, 'connect-refused');
			expect(record).toMatchObject({severity: 'error', phase: 'connect', operation: 'connect'});
			expect(record.peer).toMatchObject({address: '127.0.0.1'});
		},
	},
];
