// `netwatch doctor`, for real: on this host, with tools taken away, as an ordinary user.
import {chmodSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {asOrdinaryUser, forAllUsers, without, withStub} from '../../../helpers/process/missing-tools.ts';
import {cli, node, target} from '../../../helpers/process/paths.ts';
import {type Options, start} from '../../../helpers/process/program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {startTerminal} from '../../../helpers/terminal/terminal.ts';

const result = z.strictObject({
	name: z.string(),
	verdict: z.enum(['ok', 'warn', 'fail']),
	found: z.string(),
	means: z.string().nullable(),
	mend: z.string().nullable(),
});

const ask = async (
	context: TestContext,
	args: readonly string[] = [],
	{through = [], built = cli, ...options}: Options & {through?: readonly string[]; built?: string} = {},
) => {
	const [first = node, ...words] = [...through, node, built, 'doctor', ...args];
	const program = start(context, first, words, {stdin: 'ignore', ...options});
	const {exitCode} = await program.ended;
	return {exitCode, stdout: program.stdout(), stderr: program.stderr()};
};

/** Each check's verdict and what was found, by its name. */
const results = async (...asked: Parameters<typeof ask>) => {
	const [context, args = [], options = {}] = asked;
	const {exitCode, stdout, stderr} = await ask(context, ['--json', ...args], options);
	expect(stderr).toBe('');
	const all = stdout
		.trimEnd()
		.split('\n')
		.map(line => result.parse(JSON.parse(line)));
	return {exitCode, of: (name: string) => all.find(one => one.name === name)};
};

describe.concurrent('netwatch doctor', () => {
	test('doctor exits with 0 where every tool and the hook answer', async context => {
		const {exitCode, of} = await results(context);
		for (const name of ['platform', 'Node', '/proc', 'lines of ss', 'ss -E', 'stdbuf', 'ip', 'ip monitor']) {
			expect(of(name)).toMatchObject({verdict: 'ok', means: null, mend: null});
		}
		// A machine that does much else may be slow to answer.
		expect(of('ss')).toMatchObject({verdict: expect.stringMatching(/^(ok|warn)$/)});
		expect(of('ss')?.found).toMatch(/iproute2-.*, \/.*\/ss; one look takes \d+ ms \(TCP sockets: \d+\)$/);
		expect(of('hook')?.found).toMatch(/hook-[\da-f]+\.cjs; node v\d.* answers after \d+ ms$/);
		expect(exitCode).toBe(0);
	});

	test('doctor prints one line per check, as plain text without a terminal', async context => {
		const {exitCode, stdout, stderr} = await ask(context);
		expect(stdout).toMatch(/^netwatch \d+\.\d+\.\d+: what works here\n\nok {4}platform +Linux /);
		expect(stdout).toMatch(/\nAll that is needed works\./);
		expect(stdout).not.toContain('\x1b');
		expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''});
	});

	test.for([
		{env: {}, coloured: true},
		{env: {NO_COLOR: '1'}, coloured: false},
	])(
		'doctor shows the size of the terminal, and colours unless NO_COLOR is set ($env)',
		async ({env, coloured}) => {
			await using terminal = startTerminal(node, [cli, 'doctor'], {cols: 100, rows: 60, env});
			expect(await terminal.exited).toMatchObject({exitCode: 0});
			expect(terminal.screen().join('\n')).toMatch(/terminal +100×60, /);
			expect(terminal.received().includes('\x1b[32mok')).toBe(coloured);
		},
	);

	test('doctor without ss and ip names the missing views and the packages, and exits with 1', async context => {
		const {exitCode, of} = await results(context, [], {through: without(context, 'ss', 'ip')});
		for (const name of ['ss', 'ip']) {
			expect(of(name)).toMatchObject({
				...{verdict: 'fail', found: 'not found'},
				mend: 'install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2)',
			});
		}
		for (const name of ['lines of ss', 'ss -E', 'ip monitor']) expect(of(name)).toBeUndefined();
		expect(exitCode).toBe(1);
	});

	test('doctor exits with 0 without nsenter and stdbuf', async context => {
		const {exitCode, of} = await results(context, [], {through: without(context, 'nsenter', 'stdbuf')});
		expect(of('stdbuf')).toMatchObject({verdict: 'warn', mend: expect.stringContaining('coreutils')});
		expect(of('namespaces')).toMatchObject({verdict: 'warn', mend: expect.stringContaining('util-linux')});
		expect(exitCode).toBe(0);
	});

	test('doctor shows an unparsable line of ss, escaped', async context => {
		const script = '"$REAL" "$@"; case "$1" in *im) printf "strange \\033[2J line\\n" ;; esac';
		const {exitCode, of} = await results(context, [], {through: withStub(context, 'ss', script)});
		expect(of('lines of ss')).toMatchObject({
			...{verdict: 'warn', found: expect.stringMatching(/^1 not understood/)},
			means: expect.stringContaining('ss -taneim: strange \\x1b[2J line'),
		});
		expect(exitCode).toBe(0);
	});

	test('doctor gives up on an ss that never exits', async context => {
		const script = 'case "$1" in -V) exec "$REAL" -V ;; *) exec sleep 1000 ;; esac';
		const {exitCode, of} = await results(context, [], {through: withStub(context, 'ss', script)});
		expect(of('ss')).toMatchObject({verdict: 'fail', found: expect.stringContaining('does not answer')});
		expect(exitCode).toBe(1);
	}, 120_000);

	test('doctor as an ordinary user finds all three views, and lists what root would add', async context => {
		const {exitCode, of} = await results(context, [], {
			through: asOrdinaryUser(context),
			...forAllUsers(context),
		});
		for (const name of ['lines of ss', 'ss -E', 'ip', 'private files']) {
			expect(of(name)).toMatchObject({verdict: 'ok'});
		}
		expect(of('rights')).toMatchObject({verdict: 'warn', mend: 'run netwatch as root for these'});
		expect(of('namespaces')).toMatchObject({verdict: 'warn'});
		expect(exitCode).toBe(0);
	});

	test('doctor reports no answer of the hook where node is not in PATH or does not start', async context => {
		const directory = temporaryDirectory(context);
		const none = await results(context, [], {env: {PATH: directory}});
		expect(none.of('private files')?.verdict).not.toBe('ok');
		writeFileSync(join(directory, 'node'), '#!/bin/sh\necho "it is broken" >&2\nexit 3\n');
		chmodSync(join(directory, 'node'), 0o755);
		const other = await results(context, [], {env: {PATH: `${directory}:${process.env.PATH}`}});
		expect(other.of('hook')).toMatchObject({
			...{verdict: 'fail', found: expect.stringContaining('node did not start with the hook: it is broken')},
		});
		expect(other.exitCode).toBe(1);
	});

	test('doctor without a directory for private files says why and what to do', async context => {
		const {exitCode, of} = await results(context, [], {
			env: {TMPDIR: '/proc/nowhere', XDG_RUNTIME_DIR: undefined},
		});
		expect(of('private files')).toMatchObject({
			...{verdict: 'fail', found: expect.stringMatching(/private directory in \/proc\/nowhere.*Set TMPDIR/)},
		});
		expect(of('hook')).toBeUndefined();
		expect(exitCode).toBe(1);
	});

	test('doctor checks whether the network namespace of a process can be watched', async context => {
		const {of} = await results(context, [String(process.pid)]);
		expect(of(`process ${process.pid}`)).toMatchObject({
			...{verdict: 'ok', found: 'in this network namespace: all three views'},
		});
		const gone = await results(context, ['4194305']);
		expect(gone.of('process 4194305')).toMatchObject({verdict: 'fail', found: 'is not there, or hidden'});
	});

	test('doctor checks a process in another namespace, which root can enter (needs root)', async context => {
		if (!isRoot) context.skip('only root can make a network namespace');
		const program = start(context, 'unshare', ['--net', 'sh', '-c', 'echo ready; read _']);
		await program.until(() => program.stdout().includes('ready'));
		// unshare becomes sh.
		const {of} = await results(context, [String(program.pid)]);
		expect(of(`process ${program.pid}`)).toMatchObject({
			...{verdict: 'ok', found: expect.stringMatching(/^in network namespace \d+, which can be entered/)},
		});
	});

	test('doctor leaves no file behind', async context => {
		const directory = temporaryDirectory(context);
		await ask(context, [], {env: {TMPDIR: directory, XDG_RUNTIME_DIR: undefined}});
		expect(readdirSync(directory)).toEqual([]);
	});

	test('doctor exits with 125 on a wrong argument, and names it', async context => {
		const {exitCode, stderr} = await ask(context, ['everything']);
		expect(exitCode).toBe(125);
		expect(stderr).toMatch(/^netwatch: .*'everything' is invalid.*the number of a process/);
	});
});

describe.concurrent('a program called doctor', () => {
	test('a program called doctor is run and watched after --', async context => {
		const directory = temporaryDirectory(context);
		writeFileSync(join(directory, 'doctor'), `#!/bin/sh\nexec '${node}' '${target('exit-code-3')}'\n`);
		chmodSync(join(directory, 'doctor'), 0o755);
		const program = start(context, node, [cli, '--headless', '--', 'doctor'], {
			env: {PATH: `${directory}:${process.env.PATH}`},
		});
		expect(await program.ended).toMatchObject({exitCode: 3});
	});
});
