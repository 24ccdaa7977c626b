// Real sessions against docs/record.schema.json as it is published, and their summaries against their rows.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {node, root, target} from '../../../helpers/process/paths.ts';

const published = z
	.looseObject({})
	.parse(JSON.parse(readFileSync(join(root, 'docs/record.schema.json'), 'utf8')));
const validate = new Ajv2020({strictTuples: false}).compile(published);

/** `facts`: after each the program waits for a line; none for one that ends by itself. */
const sessions: {what: string; command: string[]; facts: string[]}[] = [
	{what: 'a command without Node', command: ['sh', '-c', 'sleep 0.3; exit 2'], facts: []},
	{what: 'a command that ends at once', command: ['true'], facts: []},
	{what: 'a program that is killed', command: [node, target('kills-itself')], facts: []},
	{what: 'connects that are refused', command: [node, target('refused')], facts: []},
	{
		what: 'a Node without hook',
		command: ['env', '-u', 'NODE_OPTIONS', node, target('echo-pair')],
		facts: ['ready'],
	},
	{
		what: 'connections handed over',
		command: [node, target('passes-sockets')],
		facts: ['connected', 'passed'],
	},
	{what: 'a worker thread', command: [node, target('worker')], facts: ['ready']},
];

describe.concurrent('a session of', () => {
	test.for(sessions)(
		'$what has records that the schema accepts, and a summary of its rows',
		async ({command, facts}, context) => {
			const netwatch = startNetwatch(context, command);
			for (const fact of facts) {
				await netwatch.fact(fact, z.looseObject({}));
				await netwatch.until(() => netwatch.rows.size > 0);
				netwatch.write('go on\n');
			}

			const summary = await netwatch.summary();
			expect(netwatch.records.filter(each => !validate(each))).toEqual([]);
			const added = netwatch.records.map(each => ({...each, added: {later: true}}));
			expect(added.filter(each => !validate(each))).toEqual([]);
			const byStage: Record<string, number> = {};
			for (const {stage, listener, role, id} of netwatch.rows.values()) {
				// A connection that waited, and a share of a cluster's listener, are counted elsewhere.
				if (listener !== null && (id.startsWith('k.') || role === 'listener')) continue;
				byStage[stage] = (byStage[stage] ?? 0) + 1;
			}

			expect(summary.byStage).toEqual(byStage);
			expect(summary.rows).toBe(Object.values(byStage).reduce((sum, count) => sum + count, 0));
		},
	);
});
