// The watched program must not notice: what it prints and how it ends is the same with and without netwatch.
import {execFileSync} from 'node:child_process';
import {closeSync, constants, mkdirSync, openSync, readFileSync, readSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, type TestContext, test} from 'vitest';
import {type Outcome, outcomeOf} from '../../helpers/process/outcome.ts';
import {expectWatched, runBoth, withoutPorts} from '../../helpers/process/paired-run.ts';
import {cli, node, target, targetNode} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';
import {targetMajor} from '../../helpers/process/target-version.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';

const hook = fileURLToPath(new URL('../../../dist/hook.cjs', import.meta.url));

const withoutLoops = (outcome: Outcome): Outcome => ({
	...outcome,
	stderr: outcome.stderr.replaceAll(
		/^ +at (process\.)?(processTicksAndRejections|runNextTicks|processTimers) .*\n/gm,
		'',
	),
});

const replacesEmit = `
	const {emit} = process;
	process.emit = function (name, ...values) {
		if (name === 'exit') console.log('exit', values);
		return emit.call(this, name, ...values);
	};
	process.exitCode = 9;`;

const ownOptions = "process.emitWarning('unheard'); [process.title, process.execArgv.length]";

const threadThrows = `
	const {Worker} = require('node:worker_threads');
	new Worker('throw new Error("in a thread")', {eval: true}).on('error', error => console.log(error.stack));`;

describe.concurrent('with and without netwatch, the same output and the same end', () => {
	test.for([
		{name: 'unhandled-error', code: 1, says: 'connect ECONNREFUSED 127.0.0.1:1'},
		{name: 'unhandled-error-aggregate', code: 1, says: 'AggregateError'},
		{name: 'unhandled-error-lookup', code: 1, says: 'getaddrinfo ENOTFOUND'},
		{name: 'unhandled-error-reset', code: 1, says: 'read ECONNRESET'},
		{name: 'timeout-while-connecting', code: 1, says: 'no connection within 200 ms', timer: true},
		{name: 'eaddrinuse', code: 1, says: 'listen EADDRINUSE'},
		{name: 'bad-port', code: 1, says: 'ERR_SOCKET_BAD_PORT'},
		{name: 'rejection', code: 1, says: 'connect ECONNREFUSED'},
		{name: 'uncaught-in-data', code: 1, says: 'thrown in a data listener'},
		{name: 'throws-in-connect-listener', code: 1, says: 'thrown in a connect listener'},
		{name: 'throws-in-connection-listener', code: 1, says: 'thrown in a connection listener'},
		{name: 'uncaught-handler', code: 5, says: 'uncaughtException: Error'},
		{name: 'own-stack-trace', code: 0, says: 'the one that was asked for'},
		{name: 'looks-at-its-udp', code: 0, says: 'recvmsg ECONNREFUSED'},
		{name: 'counts-listeners', code: 0, says: '"when":"exit 0"'},
		{name: 'drops', code: 0, says: '"remotePort"'},
		// Node's own net and http agent iterate over arrays in places (measured on 22.23.3, 24.21.0 and 26.10.0; not on
		// 20.20.2): with the hook the counts are the same as without.
		{name: 'counts-iterations', code: 0, says: targetMajor < 22 ? 'iterations {}' : 'iterations {'},
		{
			name: 'odd-receivers',
			code: 0,
			says: 'the exit listener ran',
			notice: /^what no server is was left alone/,
		},
		{name: 'requires-linked', code: 0, says: '.store/node_modules/other/index.js'},
		{name: 'exit-code-3', code: 3, says: 'closed'},
		{name: 'exit-in-handler', code: 4, says: 'received: leave now'},
		{name: 'noisy-output', code: 0, says: 'no end of line'},
	])('$name: exit code $code', async ({name, code, says, timer, notice}, context) => {
		const words = [target(name)];
		const {without, within, summary} = await runBoth(context, words);
		expect(without.stdout + without.stderr).toContain(says);
		expect(without).toMatchObject({exitCode: code, signal: null});
		// Which of Node's loops emits an error after a timer hangs on whether another timer is due, and the hook has one.
		const comparable = timer ? withoutLoops : withoutPorts;
		expect(comparable(within)).toEqual(comparable(without));
		expectWatched(summary, {sockets: 0, ...(notice ? {notice} : {})});
	});

	test.for([
		{what: 'a script of its own words', words: ['-e', 'console.log(process.argv.slice(1))', 'one', '--two']},
		{what: 'a warning', words: ['-e', 'process.emitWarning("careful", {code: "MINE"})']},
		{what: 'a deprecation that is traced', words: ['--trace-deprecation', '-e', 'new Buffer(1)']},
		{what: 'a fatal deprecation', words: ['--throw-deprecation', '-e', 'new Buffer(1)']},
		{what: 'a syntax error', words: ['-e', 'const const']},
		{what: 'a module that is not there', words: ['./no-such-file.js']},
		{what: 'a thrown string', words: ['-e', 'throw "only a string"']},
		{
			what: 'a standard output that is closed',
			words: ['-e', 'process.stdout.end("last"); process.exitCode = 7'],
		},
		{what: 'a process.emit of its own', words: ['-e', replacesEmit]},
		{what: 'a thread that throws', words: ['-e', threadThrows]},
		{
			what: 'an ES module',
			words: ['--input-type=module', '-e', 'console.log(await Promise.resolve(import.meta.url))'],
		},
		{
			what: 'NODE_OPTIONS of its own',
			words: ['-p', ownOptions],
			env: {NODE_OPTIONS: '--title="a b" --no-warnings'},
		},
	])('$what', async ({words, env = {}}, context) => {
		const {without, within, summary} = await runBoth(context, words, {env});
		expect(withoutPorts(within)).toEqual(withoutPorts(without));
		expectWatched(summary, {sockets: 0});
	});

	test('a program sees the same sockets, servers and methods of its own', async context => {
		const words = [target('looks-at-itself')];
		const {without, within, summary} = await runBoth(context, words);
		expect(JSON.parse(without.stdout)).toMatchObject({client: {listeners: expect.any(Array)}});
		expect(inAnyOrder(within.stdout)).toEqual(inAnyOrder(without.stdout));
		expect({...within, stdout: ''}).toEqual({...without, stdout: ''});
		expectWatched(summary, {sockets: 3});
	});

	test('a signal that the program sends to itself ends both, netwatch with 128 + its number', async context => {
		const words = [target('kills-itself')];
		const {without, within} = await runBoth(context, words);
		expect(without).toMatchObject({exitCode: null, signal: 'SIGTERM', stdout: 'before\n'});
		expect(within).toEqual({...without, exitCode: 128 + 15, signal: null});
	});

	test('standard input reaches the program unchanged', async context => {
		const {without, within} = await runBoth(context, [target('stdin-reader')], {input: 'one\ntwo\nthree'});
		expect(without).toMatchObject({stdout: 'ONE\nTWO\nTHREE\n3 lines\n', exitCode: 0});
		expect(within).toEqual(without);
	});
});

describe.concurrent('the hook without a netwatch', () => {
	const words = [target('counts-listeners')];

	test.for([
		{what: 'a path that does not exist', make: () => {}},
		{what: 'a FIFO without a reader', make: (path: string) => makeFifo(path)},
		{what: 'a regular file', make: (path: string) => writeFileSync(path, '')},
		{what: 'a directory', make: (path: string) => mkdirSync(path)},
	])('$what: the program runs as without netwatch', async ({make}, context) => {
		const path = temporaryPath(context);
		make(path);
		const [without, within] = await Promise.all(
			[{}, hookedTo(path)].map(env => outcomeOf(start(context, targetNode, words, {env}))),
		);
		expect(within).toEqual(without);
	});

	test('a regular file in place of the FIFO stays unchanged', async context => {
		const path = temporaryPath(context);
		writeFileSync(path, 'precious\n');
		await outcomeOf(start(context, targetNode, words, {env: hookedTo(path)}));
		expect(readFileSync(path, 'utf8')).toBe('precious\n');
	});

	test('a stalled FIFO reader delays neither the program nor its exit', async context => {
		const path = temporaryPath(context);
		makeFifo(path);
		const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
		context.onTestFinished(() => closeSync(reader));
		const program = start(context, targetNode, [target('echo-pair'), '300'], {env: hookedTo(path)});
		await program.until(() => program.stdout().includes('"fact":"ready"'));
		// The hook does write; the unread bytes so far block the rest.
		expect(readSync(reader, Buffer.alloc(1))).toBe(1);
		program.write('end\n');
		// The program closes 600 sockets meanwhile; a wait for the reader would never end.
		expect(await outcomeOf(program)).toMatchObject({exitCode: 0, signal: null, stderr: ''});
	});

	test('a FIFO reader that closes leaves the program running', async context => {
		const path = temporaryPath(context);
		makeFifo(path);
		const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
		const program = start(context, targetNode, [target('echo-pair'), '50'], {env: hookedTo(path)});
		await program.until(() => program.stdout().includes('"fact":"ready"'));
		expect(readSync(reader, Buffer.alloc(1))).toBe(1);
		closeSync(reader);
		program.write('end\n');
		expect(await outcomeOf(program)).toMatchObject({exitCode: 0, signal: null, stderr: ''});
	});
});

describe.concurrent('a stopped or killed netwatch', () => {
	const script = 'node "$0" 50; echo "ended with $?"';

	test('the program exits while netwatch is stopped, and netwatch exits once it is continued', async context => {
		const netwatch = start(context, node, [cli, '--headless', '--', 'sh', '-c', script, target('echo-pair')]);
		await netwatch.until(() => netwatch.stdout().includes('"fact":"ready"'));
		process.kill(netwatch.pid, 'SIGSTOP');
		netwatch.write('end\n');
		await netwatch.until(() => netwatch.stdout().endsWith('ended with 0\n'));
		process.kill(netwatch.pid, 'SIGCONT');
		expect(await outcomeOf(netwatch)).toMatchObject({exitCode: 0, signal: null, stderr: ''});
	});

	test('the program keeps running and exits as usual when netwatch is killed', async context => {
		const netwatch = start(context, node, [cli, '--headless', '--', 'sh', '-c', script, target('echo-pair')]);
		await netwatch.until(() => netwatch.stdout().includes('"fact":"ready"'));
		process.kill(netwatch.pid, 'SIGKILL');
		netwatch.write('end\n');
		await netwatch.until(() => netwatch.stdout().endsWith('ended with 0\n'));
		expect(await outcomeOf(netwatch)).toMatchObject({signal: 'SIGKILL', stderr: ''});
	});
});

/**
 * The output of `looks-at-itself.cjs`, but for the one trace that a wrapped method leaves: where it was inherited, it is
 * the prototype's own now. All names are the same, in another order.
 */
function inAnyOrder(text: string): unknown {
	return JSON.parse(text, (key, value) => {
		if (key === 'enumerated') return value.sort();
		if (key !== 'socketMethods') return value;
		return value.filter((method: string) => !method.startsWith('_undestroy:'));
	});
}

/** The environment that netwatch gives to a command. */
const hookedTo = (path: string) => ({NODE_OPTIONS: `--require "${hook}"`, NETWATCH_FIFO: path});

const makeFifo = (path: string): void => {
	execFileSync('mkfifo', ['-m', '600', path]);
};

const temporaryPath = (context: TestContext): string => join(temporaryDirectory(context), 'x');
