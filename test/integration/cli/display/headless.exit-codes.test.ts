// How netwatch ends: with the command's code, or with one of its own for each kind of failure.
import {chmodSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {cli, node, target} from '../../../helpers/process/paths.ts';
import {type Options, type Program, start} from '../../../helpers/process/program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

const netwatch = (context: TestContext, args: readonly string[], options?: Options): Program =>
	start(context, node, [cli, ...args], options);

const outcomeOf = async (program: Program) => ({
	...(await program.ended),
	stdout: program.stdout(),
	stderr: program.stderr(),
});

describe.concurrent("netwatch's own failures", () => {
	test.for([
		{args: [], says: ['netwatch: no command given. Try: netwatch -- node server.js']},
		{args: ['--'], says: ['netwatch: no command given.']},
		{args: ['--json'], says: ['netwatch: no command given.']},
		{args: ['--jsno', '--', 'true'], says: ["netwatch: unknown option '--jsno'"]},
		{args: ['--interval', '5', '--', 'true'], says: ["'5' is invalid", 'from 100 to 60000']},
		{args: ['--interval', 'soon', '--', 'true'], says: ["'soon' is invalid"]},
		{args: ['--keep', '-1', '--', 'true'], says: ['from 0 to 3600']},
		{args: ['--filter'], says: ['argument missing']},
		{args: ['--output', '--', 'true'], says: ['if this is its name, write ./--']},
		{args: ['--output', 'x', '--json', '--', 'true'], says: ['cannot go with --json']},
		{args: ['--output', 'x', '--headless', '--', 'true'], says: ['cannot go with --headless']},
		{args: ['--output', 'x', '--', 'true'], says: ['there is no terminal for one']},
		{args: ['--ignore', 'conect-refused', '--', 'true'], says: ['did you mean connect-refused?']},
		{
			args: ['--ignore', 'connect-refused,xyzzy', '--', 'true'],
			says: ['No rule is called "xyzzy"', 'docs/diagnoses.md'],
		},
		{args: ['--ignore', 'connect-refused', '--ignore', '', '--', 'true'], says: ['No rule is called ""']},
	])('125: $args', async ({args, says}, context) => {
		const outcome = await outcomeOf(netwatch(context, args));
		expect(outcome).toMatchObject({exitCode: 125, signal: null, stdout: ''});
		for (const text of says) expect(outcome.stderr).toContain(text);
		expect(outcome.stderr).toMatch(/^netwatch: /);
	});

	test.for([
		{filter: 'stage:drainin', says: 'unknown stage', position: 6, suggestion: 'draining'},
		{filter: 'stage:open)', says: 'has no', position: 10, suggestion: null},
		{filter: 'peer:10.0.0.0/99', says: '', position: 5, suggestion: null},
		{filter: 'prot:80', says: '', position: 0, suggestion: 'port'},
	])(
		'125: a filter that is wrong at position $position: $filter',
		async ({filter, says, position, suggestion}, context) => {
			const outcome = await outcomeOf(netwatch(context, ['--filter', filter, '--', 'true']));
			expect(outcome).toMatchObject({exitCode: 125, stdout: ''});
			expect(outcome.stderr).toContain(says);
			const lines = outcome.stderr.split('\n').map(line => line.replace(/^ {4}/, ''));
			expect(lines.slice(1, 3)).toEqual([filter, `${' '.repeat(position)}^`]);
			if (suggestion !== null) expect(lines[3]).toContain(`did you mean ${suggestion}`);
		},
	);

	test.for([
		{
			what: 'a name that is nowhere',
			command: 'no-such-program',
			code: 127,
			says: 'no program of this name in PATH',
		},
		{what: 'a path that is nowhere', command: './no-such-program', code: 127, says: 'no such file'},
		{what: 'a directory', command: './directory', code: 126, says: 'is a directory'},
		{what: 'a file that is not executable', command: './plain.txt', code: 126, says: 'is not executable'},
		{
			what: 'a script that is not executable',
			command: './script.js',
			code: 126,
			says: 'run it with: node ./script.js',
		},
		{what: 'a script by its name', command: 'script.js', code: 127, says: 'Run it with: node script.js'},
		{
			what: 'a missing interpreter',
			command: './lost.sh',
			code: 127,
			says: 'interpreter /no/such/interpreter',
		},
	])('$code: $what', async ({command, code, says}, context) => {
		const cwd = commands(context);
		for (const mode of ['--headless', '--json']) {
			const outcome = await outcomeOf(netwatch(context, [mode, '--', command], {cwd}));
			expect(outcome).toMatchObject({exitCode: code, signal: null, stdout: ''});
			expect(outcome.stderr).toMatch(/^netwatch: cannot start /);
			expect(outcome.stderr).toContain(says);
		}
	});
});

describe.concurrent('the exit code of the command', () => {
	test.for([
		{what: 'its exit code', words: [node, target('exit-code-3')], code: 3},
		{what: 'a high exit code', words: [node, '-e', 'process.exit(255)'], code: 255},
		{what: '128 + the number of the signal that ended it', words: [node, target('kills-itself')], code: 143},
		{what: 'the same for SIGKILL', words: [node, target('kills-itself'), 'SIGKILL'], code: 137},
		{what: 'the code of a program that is not Node', words: ['sh', '-c', 'exit 7'], code: 7},
		{
			what: 'without `--`',
			words: [node, '-e', 'process.exit(process.argv.length)', 'a', '--json'],
			code: 3,
			bare: true,
		},
	])('$what', async ({words, code, bare}, context) => {
		const headless = await outcomeOf(netwatch(context, ['--headless', ...(bare ? [] : ['--']), ...words]));
		expect(headless).toMatchObject({exitCode: code, signal: null});
		const json = startNetwatch(context, words);
		expect(await json.ended).toEqual({exitCode: code, signal: null});
		expect(json.all('summary')).toHaveLength(1);
	});

	test.for(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
		'%s to netwatch reaches the command, and netwatch exits with its code',
		async (signal, context) => {
			const script = `
				process.on('${signal}', () => { console.log('got it'); process.exit(42); });
				setInterval(() => {}, 1000);
				console.log('ready');`;
			for (const mode of ['--headless', '--json']) {
				const program = netwatch(context, [mode, '--', node, '-e', script]);
				const output = () => program.stdout() + program.stderr();
				await program.until(() => output().includes('ready\n'));
				process.kill(program.pid, signal);
				expect(await program.ended).toEqual({exitCode: 42, signal: null});
				expect(output()).toContain('got it\n');
			}
		},
	);

	test('a command that ignores the signal keeps running, and so does netwatch', async context => {
		const program = netwatch(context, ['--headless', '--', node, target('ignores-signals'), 'SIGTERM']);
		await program.until(() => program.stdout().includes('"fact":"ready"'));
		for (let count = 1; count <= 2; count++) {
			process.kill(program.pid, 'SIGTERM');
			await program.until(() => program.stdout().split('"fact":"signal"').length === count + 1);
		}

		const [, pid] = /"pid":(\d+)/.exec(program.stdout()) ?? [];
		process.kill(Number(pid), 'SIGKILL');
		expect(await program.ended).toEqual({exitCode: 137, signal: null});
	});

	test.for([
		{mode: '--headless', output: 'stdout'},
		{mode: '--json', output: 'stderr'},
	] as const)(
		'standard input reaches the command ($mode), and its output reaches standard $output',
		async ({mode, output}, context) => {
			const program = netwatch(context, [mode, '--', node, target('stdin-reader')]);
			program.write('one\n');
			await program.until(() => program[output]().includes('ONE\n'));
			program.process.stdin?.end('two\n');
			expect(await program.ended).toEqual({exitCode: 0, signal: null});
			expect(program[output]()).toContain('ONE\nTWO\n2 lines\n');
		},
	);

	test('a closed reader of records (`| head -1`) neither ends the command nor changes its exit code', async context => {
		const program = netwatch(context, ['--json', '--', node, target('exit-code-3')]);
		await program.until(() => program.stdout().includes('\n'));
		program.process.stdout?.destroy();
		expect(await program.ended).toEqual({exitCode: 3, signal: null});
		expect(program.stderr()).toBe('closed\n');
	});

	test('the temporary directory is empty after netwatch exits', async context => {
		const program = netwatch(context, ['--headless', '--', node, target('exit-code-3')]);
		await program.ended;
		// But for the hook, where it has no better place: programs that still run may need it.
		expect(readdirSync(program.temporary).filter(name => !name.startsWith('netwatch-hook-'))).toEqual([]);
	});
});

test.for([
	{option: '--version', says: /^\d+\.\d+\.\d+\n$/},
	{option: '--help', says: /^Usage: netwatch \[options\] \[--\] COMMAND/},
])('$option prints and exits with 0', async ({option, says}, context) => {
	const outcome = await outcomeOf(netwatch(context, [option]));
	expect(outcome).toMatchObject({exitCode: 0, signal: null, stderr: ''});
	expect(outcome.stdout).toMatch(says);
});

/** A directory with commands that cannot be run. */
const commands = (context: TestContext): string => {
	const path = temporaryDirectory(context);
	mkdirSync(join(path, 'directory'));
	writeFileSync(join(path, 'plain.txt'), 'text\n');
	writeFileSync(join(path, 'script.js'), 'console.log()\n');
	writeFileSync(join(path, 'lost.sh'), '#!/no/such/interpreter\n');
	chmodSync(join(path, 'lost.sh'), 0o755);
	return path;
};
