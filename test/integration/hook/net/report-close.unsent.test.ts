// The unsent bytes of a socket that is destroyed.

import {describe, expect, test} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {targetNode} from '../../../helpers/process/paths.ts';
import {scenarioProgram} from '../../../helpers/scenarios/scenario-program.ts';

const ends = scenarioProgram('ends');

describe.concurrent('unsent bytes at close', () => {
	for (const {title, server, client, role} of [
		{
			title: 'a server that destroys in the turn in which it accepts',
			...{server: 'throwsAway', client: 'ignores', role: 'server'},
		},
		{
			title: 'a client that destroys in the turn in which it writes',
			...{server: 'ignores', client: 'throwsAway', role: 'client'},
		},
	]) {
		test(`${title}: its bytes stay in the closed row`, async context => {
			const netwatch = startNetwatch(context, [targetNode, ends, 'both', server, client]);
			const row = await netwatch.until(() =>
				[...netwatch.rows.values()].find(each => each.role === role && each.closedAt !== null),
			);
			expect(row.process?.writableLength).toBe(8 * 1024 * 1024);
			netwatch.write('end\n');
			await netwatch.ended;
		});
	}

	test('a socket that has sent everything has no unsent bytes', async context => {
		const netwatch = startNetwatch(context, [targetNode, ends, 'both', 'reads', 'destroysSent']);
		const row = await netwatch.until(() =>
			[...netwatch.rows.values()].find(each => each.role === 'client' && each.closedAt !== null),
		);
		expect(row.process).toMatchObject({writableLength: 0, bytesWritten: 65_536});
		netwatch.write('end\n');
		await netwatch.ended;
	});
});
