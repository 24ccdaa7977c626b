// Unix sockets: a path that nothing has, one that is too long, and a listener that does not accept.
import {join} from 'node:path';
import {expect} from 'vitest';
import {z} from 'zod';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {targetNode} from '../../../helpers/process/paths.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {finding, raisedRules, type Scenario} from '../../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../../helpers/scenarios/scenario-program.ts';

export const scenarios: readonly Scenario[] = [
	{
		rule: 'socket-path-missing',
		title: 'a client of a path that nothing has',
		async run(context) {
			const path = join(temporaryDirectory(context), 'nothing.sock');
			const netwatch = startNetwatch(context, [
				...[targetNode, scenarioProgram('connects'), JSON.stringify({path})],
			]);
			const record = await finding(netwatch, 'socket-path-missing');
			expect(record).toMatchObject({severity: 'info', phase: 'connect', operation: 'connect', peer: {path}});
			expect(record.message).toBe(`connect to ${path} was not possible: no socket has that path`);
			expect(raisedRules(netwatch)).not.toContain('connect-refused');
		},
	},
	{
		rule: 'socket-queue-full',
		title: 'five clients of a listener with a backlog of 2 that does not accept',
		async run(context) {
			const directory = temporaryDirectory(context);
			const netwatch = startNetwatch(context, [
				...[targetNode, scenarioProgram('unix-paths'), 'full', directory],
			]);
			const {path} = await netwatch.fact('connecting', z.object({path: z.string()}));
			// On a busy machine the finding may be raised first without the listener's queue.
			const record = await finding(netwatch, 'socket-queue-full', ({message}) => / of 2$/.test(message));
			expect(record.message).toMatch(/ was not possible: the accept queue of its listener is full, 3 of 2$/);
			expect(record.next).toEqual({argv: ['ss', '-xlp', 'src', path]});
			expect(raisedRules(netwatch)).not.toContain('connect-refused');
			netwatch.write('end\n');
		},
	},
	{
		rule: 'socket-path-too-long',
		title: 'two listeners whose paths are the same as far as the kernel takes them',
		async run(context) {
			const directory = temporaryDirectory(context);
			const netwatch = startNetwatch(context, [
				...[targetNode, scenarioProgram('unix-paths'), 'long', directory],
			]);
			const {paths} = await netwatch.fact('tried', z.object({paths: z.array(z.string())}));
			const second = await finding(netwatch, 'socket-path-too-long', ({local}) =>
				JSON.stringify(local).includes('second'),
			);
			const bytes = Buffer.byteLength(paths[1] ?? '');
			expect(second).toMatchObject({
				severity: 'error',
				phase: 'bind',
				operation: 'listen',
				local: {path: paths[1]},
			});
			expect(second.message).toContain(`the path has ${bytes} bytes and the kernel takes 107`);
			const rules = raisedRules(netwatch);
			expect(rules).not.toContain('address-in-use');
			if (targetMajor < 24) {
				// The first one listens, at another path than it asked for.
				const first = await finding(netwatch, 'socket-path-too-long', ({severity}) => severity === 'warn');
				expect(first).toMatchObject({local: {path: paths[0]}});
				expect(second.evidence.map(({fact}) => fact).join()).toMatch(/-first\.sock.* belongs to /);
			}
			netwatch.write('end\n');
		},
	},
];
