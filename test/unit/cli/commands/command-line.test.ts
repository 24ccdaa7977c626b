import {describe, expect, test} from 'vitest';
import type {Command} from '../../../../source/cli/commands/command.ts';
import {parseCommandLine, runCommandLine} from '../../../../source/cli/commands/command-line.ts';
import {commands, defaultAction} from '../../../../source/cli/commands/index.ts';

/** An export of a file in source/cli/commands/. */
const count: Command = {
	name: 'count',
	usage: '[options] WORD…',
	summary: 'how many words there are',
	options: program => void program.argument('<word...>').option('--twice', 'count each word twice'),
	run: async program => program.args.length * (program.opts<{twice?: boolean}>().twice ? 2 : 1),
};
const withCount = [...commands, count];

const helpOf = async (argv: readonly string[], registered: readonly Command[]): Promise<string> => {
	const parsed = await parseCommandLine(argv, '1.2.3', registered);
	return 'exit' in parsed ? parsed.exit.stdout : '';
};

describe('a registered command', () => {
	test('stands in the usage and among the examples of the help, and changes nothing else there', async () => {
		const help = await helpOf(['--help'], withCount);
		const usage = '       netwatch count [options] WORD…\n';
		const example = '  netwatch count                      how many words there are\n';
		expect(help).toContain(`netwatch doctor [options] [PID]\n${usage}`);
		expect(help).toContain(example);
		expect(help.replace(usage, '').replace(example, '')).toBe(await helpOf(['--help'], commands));
	});

	test('has a help of its own', async () => {
		expect(await helpOf(['count', '--help'], withCount)).toMatch(
			/^Usage: netwatch count \[options\] <word\.\.\.>[\s\S]*--twice +count each word twice/,
		);
	});

	test('runs with its options and arguments, and its exit code is that of netwatch', async () => {
		expect(await runCommandLine(['count', 'a', 'b'], '1.2.3', withCount)).toBe(2);
		expect(await runCommandLine(['count', '--twice', 'a', 'b', 'c'], '1.2.3', withCount)).toBe(6);
	});

	test.each([['count', '--', 'a'], ['doctor']])('is selected by the first word: %s', async (...argv) => {
		const parsed = await parseCommandLine(argv, '1.2.3', withCount);
		expect('action' in parsed && parsed.action).toBe(withCount.find(({name}) => name === argv[0]));
	});

	test.each([[['--', 'count', 'a']], [['node', 'count']]])(
		'is not selected by a later word: %j',
		async argv => {
			const parsed = await parseCommandLine(argv, '1.2.3', withCount);
			expect('action' in parsed && parsed.action).toBe(defaultAction);
		},
	);
});
