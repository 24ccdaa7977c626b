import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {parseCommandLine} from '../../../../source/cli/commands/command-line.ts';
import {parseFilter} from '../../../../source/query/filter/index.ts';

const stderrFor = async (filter: string): Promise<string> => {
	const parsed = await parseCommandLine(['--filter', filter, '--', 'node', 'x.js'], '0');
	return 'exit' in parsed ? parsed.exit.stderr : '';
};

describe("--filter reports the prompt's error, and points at its place", () => {
	it.each([
		['stage:opne', 'opne'],
		['role:client peeer:x', 'peeer'],
		['日本語 stage:opne', 'opne'],
		['host:"a\u0301" kind:tpc', 'tpc'],
		[`${'open or '.repeat(30)}stage:opne or ${'open or '.repeat(30)}x`, 'opne'],
		['\x1b[31m stage:opne', 'opne'],
	])('%j', async (filter, wrong) => {
		const parsed = parseFilter(filter);
		if (parsed.ok) throw new Error('it is understood');
		const lines = (await stderrFor(filter)).trimEnd().split('\n');
		const [first = '', shown = '', pointer = '', hint = ''] = lines.slice(
			lines.findIndex(line => line.endsWith(parsed.message)),
		);
		expect(first).toContain(parsed.message);
		expect(hint).toContain(`did you mean ${parsed.suggestion}?`);
		expect(stringWidth(shown)).toBeLessThanOrEqual(80);
		expect(shown).not.toMatch(/\p{Cc}/u);
		expect(stringWidth(pointer.slice(0, pointer.indexOf('^')))).toBe(
			stringWidth(shown.slice(0, shown.indexOf(wrong))),
		);
	});

	it('a filter that ends too early has its error behind its end', async () => {
		const [shown = '', pointer = ''] = (await stderrFor('(a or')).trimEnd().split('\n').slice(-2);
		expect(shown).toBe('    (a or');
		expect(pointer).toBe('         ^');
	});
});
