// The findings of a run without a screen, and those silenced by --ignore.
import {describe, expect, test} from 'vitest';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {summedUp} from '../../helpers/process/outcome.ts';
import {cli, node, target, targetNode} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';

describe.concurrent('the findings of a run without a screen', () => {
	const headless = ['--headless', '--no-kernel'];

	test('the summary names the findings and the next command', async context => {
		const {summary} = await summedUp(
			start(context, node, [cli, ...headless, '--', targetNode, target('refused')]),
		);
		expect(summary).toMatch(/^ {2}error {6}connect-refused.*: connect to .* was refused/m);
		expect(summary).toMatch(/^ {13}next: ss -tlnp sport = :\d+$/m);
	});

	test('an ignored rule has no finding in the summary', async context => {
		const args = [cli, ...headless, '--ignore', 'connect-refused', '--', targetNode, target('refused')];
		const {summary} = await summedUp(start(context, node, args));
		expect(summary).toContain('ECONNREFUSED');
		expect(summary).not.toContain('connect-refused');
	});

	test('the last record counts the findings, without those of an ignored rule', async context => {
		const command = [targetNode, target('refused')];
		const netwatch = startNetwatch(context, command, {args: ['--no-kernel']});
		const ignoring = startNetwatch(context, command, {args: ['--no-kernel', '--ignore', 'connect-refused']});
		const {byRule, diagnoses} = await netwatch.summary();
		expect(byRule['connect-refused']).toBeGreaterThan(0);
		expect(diagnoses).toBe(Object.values(byRule).reduce((sum, count) => sum + count, 0));
		expect((await ignoring.summary()).byRule).not.toHaveProperty('connect-refused');
		expect(ignoring.all('diagnosis').filter(({rule}) => rule === 'connect-refused')).toEqual([]);
	});
});
