import {expect} from 'vitest';
import {z} from 'zod';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {finding, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const ready = z.object({port: z.number(), webPort: z.number(), asking: z.number(), silent: z.number()});

export const scenarios: readonly Scenario[] = [
	{
		rule: 'no-first-byte',
		title: 'a connection without any data',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('unanswered')]);
			const {port, silent} = await netwatch.fact('ready', ready);
			const record = await finding(netwatch, 'no-first-byte', ({local, peer}) =>
				[local, peer].some(end => end !== null && 'port' in end && end.port === silent),
			);
			expect(record).toMatchObject({severity: 'info', phase: 'read', operation: 'read'});
			expect(record.message).toContain(String(port));
		},
	},
	{
		rule: 'no-answer',
		title: 'a server that does not answer, over TCP and over HTTP',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('unanswered')]);
			const {asking, webPort} = await netwatch.fact('ready', ready);
			const raw = await finding(netwatch, 'no-answer', ({message}) => message.includes(`:${asking}`));
			expect(raw).toMatchObject({severity: 'info'});
			expect(raw.message).toMatch(/18 bytes/);
			const web = await finding(netwatch, 'no-answer', ({message}) => message.includes(`:${webPort}`));
			expect(web.message).toMatch(/GET \/never/);
		},
	},
];
