// Netwatch without the hook, ss, ip or rights. The command runs as ever.
import {execFileSync} from 'node:child_process';
import {realpathSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {socketsOf} from '../../helpers/process/descriptors.ts';
import {
	asNobody,
	asOrdinaryUser,
	echoScript,
	forAllUsers,
	nobody,
	without,
} from '../../helpers/process/missing-tools.ts';
import {
	listenerFact,
	type Netwatch,
	type Row,
	type SocketFact,
	socketFact,
	startNetwatch,
} from '../../helpers/process/netwatch.ts';
import {node, target} from '../../helpers/process/paths.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {rowOf} from '../../helpers/records/match-rows.ts';

const bothEnds = z.object({client: socketFact, server: socketFact});
const echoFact = z.object({pid: z.number(), listener: listenerFact, pairs: z.array(bothEnds)});

const kernelRow = (netwatch: Netwatch, inode: number | null): Row | undefined =>
	[...netwatch.rows.values()].find(row => row.id.startsWith('k.') && row.kernel?.inode === inode);

const notice = (netwatch: Netwatch, pattern: RegExp) =>
	netwatch.until(() => netwatch.all('notice').find(({message}) => pattern.test(message)));

describe.concurrent('a process without hook', () => {
	test("a program other than Node has the kernel's view of its connection, and a notice", async context => {
		const {port, answer} = await silentServer(context);
		const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; echo connected; read -r line <&3; echo "$line"; exit 5`;
		const netwatch = startNetwatch(context, ['bash', '-c', script]);
		await netwatch.until(() => netwatch.stderr().includes('connected\n'));
		const row = await netwatch.until(() =>
			[...netwatch.rows.values()].find(({peer}) => peer !== null && 'port' in peer && peer.port === port),
		);
		const {pid} = await netwatch.until(() => netwatch.all('process')[0]);
		expect(row).toMatchObject({
			...{pid, program: 'bash', stage: 'open', process: null, joinedBy: null},
			...{kernel: {state: 'ESTAB'}, peer: {address: '127.0.0.1', port}},
		});
		expect(row.id).toBe(`k.${row.netns}.${row.kernel?.cookie}`);
		expect(socketsOf(pid)).toContain(row.kernel?.inode);
		await netwatch.until(() => netwatch.rows.get(row.id)?.route?.dev === 'lo');
		expect(netwatch.all('process')).toMatchObject([{event: 'unhooked', pid, node: null, program: 'bash'}]);
		await notice(
			netwatch,
			/^no hook answered yet: either bash has started no Node program so far, or NODE_OPTIONS was cleared/,
		);

		answer('the answer\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 5, signal: null});
		expect(netwatch.stderr()).toBe('connected\nthe answer\n');
		expect(netwatch.all('process').slice(1)).toMatchObject([{event: 'exit', pid, exitCode: 5}]);
	});

	test.for(['empty', 'replaced'])(
		'a process whose NODE_OPTIONS were %s on the way is in a notice with its pid, and has rows',
		async (how, context) => {
			const netwatch = startNetwatch(context, [node, target('overwrites-node-options'), how]);
			const {pid, child} = await netwatch.fact('child', z.object({pid: z.number(), child: z.number()}));
			const {listener, pairs} = await netwatch.fact('ready', echoFact);
			const {message} = await notice(netwatch, /^no hook in /);
			expect(message).toContain(
				`no hook in echo-pair.cjs ${child}: NODE_OPTIONS was replaced; kernel's view only`,
			);
			const processes = netwatch.all('process').filter(({event}) => event !== 'lost');
			expect(processes).toMatchObject([
				{event: 'start', pid, program: 'overwrites-node-options.cjs'},
				{event: 'unhooked', pid: child, ppid: pid, program: 'echo-pair.cjs', node: null, wrapper: false},
			]);

			for (const {client, server} of pairs) {
				for (const fact of [client, server]) {
					const row = await netwatch.until(() => kernelRow(netwatch, fact.inode));
					const {local, peer} = fact;
					expect(row).toMatchObject({
						local,
						peer,
						pid: child,
						process: null,
						stage: 'open',
						kernel: {state: 'ESTAB'},
					});
				}
			}

			const listening = await netwatch.until(() => kernelRow(netwatch, listener.inode));
			expect(listening).toMatchObject({
				role: 'listener',
				stage: 'listening',
				local: listener.local,
				pid: child,
			});
			// A process with a hook has no gap.
			expect(netwatch.troubles()).toHaveLength(1);
			netwatch.write('end\n');
			expect(await netwatch.summary()).toMatchObject({exitCode: 0});
		},
	);

	test('no hook is reported missing where a tool rewrites NODE_OPTIONS, however late the hook answers', async context => {
		const slow = join(temporaryDirectory(context), 'slow.cjs');
		writeFileSync(slow, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);');
		const script = `
			const anew = process.env.NODE_OPTIONS.replace(/(?:--require|-r) +/g, '--require=');
			const env = {...process.env, NODE_OPTIONS: '--require=' + process.argv[1] + ' ' + anew};
			const {spawn} = require('node:child_process');
			const work = "require('node:net').createServer().listen(0, function () { this.close(); })";
			spawn(process.execPath, ['-e', work], {env, stdio: 'ignore'});
		`;
		const netwatch = startNetwatch(context, [node, '-e', script, slow]);
		await netwatch.summary();
		expect(netwatch.all('process').filter(({event}) => event === 'start')).toHaveLength(2);
		expect(netwatch.all('process').filter(({event}) => event === 'unhooked')).toEqual([]);
		expect(netwatch.troubles()).toEqual([]);
	});

	test('the hook has its time from the exec on, however long the command ran as another program before', async context => {
		const fifo = join(temporaryDirectory(context), 'go');
		execFileSync('mkfifo', [fifo]);
		const netwatch = startNetwatch(context, [
			'sh',
			'-c',
			'read _ < "$0"; exec "$1" "$2"',
			fifo,
			node,
			target('echo-pair'),
		]);
		const {message} = await notice(
			netwatch,
			/^no hook answered yet: either sh has started no Node program so far/,
		);
		expect(message).toMatch(/only the kernel's view is shown until one answers$/);
		writeFileSync(fifo, 'go\n');
		const {pid} = await netwatch.fact('ready', echoFact);
		await netwatch.until(
			() => netwatch.all('load').filter(({proc, rss}) => proc === 1 && rss !== null).length > 1,
		);
		netwatch.write('end\n');
		await netwatch.summary();
		expect(netwatch.all('process')).toMatchObject([
			{event: 'start', pid},
			{event: 'exit'},
			{event: 'exit', exitCode: 0},
		]);
		expect(netwatch.troubles()).toHaveLength(1);
		expect(netwatch.all('diagnosis')).toEqual([]);
	});

	test('a Node that waits for its debugger has not answered yet, for no reason that is seen', async context => {
		const netwatch = startNetwatch(context, [node, '--inspect-brk=127.0.0.1:0', target('idle')]);
		const {message} = await notice(netwatch, /^no hook /);
		const [{pid = 0, program = ''} = {}] = netwatch.all('process');
		expect(message).toBe(`no hook in ${program} ${pid}: kernel's view only until its hook answers`);
		process.kill(pid, 'SIGKILL');
		expect(await netwatch.summary()).toMatchObject({signal: 'SIGKILL'});
		expect(netwatch.troubles()).toHaveLength(1);
	});

	test('a process without the path of the FIFO cannot reach netwatch for that reason', async context => {
		const netwatch = startNetwatch(context, ['env', '-u', 'NETWATCH_FIFO', node, target('idle')]);
		const {message} = await notice(netwatch, /^no hook /);
		expect(message).toMatch(/: it cannot reach netwatch: NETWATCH_FIFO was removed from its environment$/);
		netwatch.write('end\n');
		await netwatch.summary();
	});

	test.for([
		{words: ['sh', '-c', 'true'], program: 'sh', wrapper: true},
		{words: ['sleep', '0.5'], program: 'sleep', wrapper: false},
		{words: ['sleep', '0.5', '--', '--token=abc123'], program: 'sleep', wrapper: false},
	])(
		'a command without Node has a beginning and an end: $words',
		async ({words, program, wrapper}, context) => {
			const netwatch = startNetwatch(context, words);
			await netwatch.summary();
			const [start, exit, ...more] = netwatch.all('process');
			expect(start).toMatchObject({event: 'unhooked', proc: 1, node: null, title: program, program, wrapper});
			const [{pid = 0} = {}] = netwatch.all('session');
			expect(start?.argv?.slice(0, 2)).toEqual(words.slice(0, 2));
			expect(start?.argv?.join(' ')).not.toContain('abc123');
			expect([start?.pid, start?.ppid]).toEqual([pid, netwatch.pid]);
			expect(exit).toMatchObject({event: 'exit', proc: 1, pid, argv: null});
			expect(more).toEqual([]);
		},
	);

	test('a command that runs for a while has its executable and working directory', async context => {
		const netwatch = startNetwatch(context, ['sh', '-c', 'echo up; read _; exit 3'], {cwd: '/'});
		await netwatch.until(() => netwatch.stderr().includes('up\n'));
		await notice(netwatch, /^no hook answered yet/);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 3});
		const [start] = netwatch.all('process');
		expect(start).toMatchObject({event: 'unhooked', exe: realpathSync('/bin/sh'), cwd: '/'});
	});

	test('a command of a user without access to netwatch runs as usual, and a notice says why', async context => {
		const command = [...asNobody(context), node, '-e', echoScript];
		const netwatch = startNetwatch(context, command, {cwd: '/'});
		const {pid, inode} = await netwatch.fact('ready', z.object({pid: z.number(), inode: z.number()}));
		const {message} = await notice(netwatch, /^no hook in /);
		expect(message).toContain(
			`no hook in node -e ${pid}: kernel's view only: it cannot reach netwatch: it runs as another user (uid ${nobody})`,
		);
		const row = await netwatch.until(() => kernelRow(netwatch, inode));
		expect(row).toMatchObject({pid, process: null, kernel: {state: 'ESTAB'}});
		expect(row.kernel?.uid).toBe(nobody);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 6, signal: null});
	});
});

describe.concurrent('a missing view', () => {
	test('rows with --no-kernel have the process view alone, and the kernel is not queried', async context => {
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {args: ['--no-kernel']});
		const {pairs} = await netwatch.fact('ready', echoFact);
		for (const {client, server} of pairs)
			for (const fact of [client, server]) await processRow(netwatch, fact);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3});
		for (const row of netwatch.rows.values())
			expect(row).toMatchObject({kernel: null, route: null, joinedBy: null});
		expect(netwatch.all('kernel')).toEqual([]);
		expect(netwatch.troubles()).toEqual([]);
	});

	test('rows without ip keep the process and the kernel view, with one notice', async context => {
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through: without(context, 'ip')});
		const {pairs} = await netwatch.fact('ready', echoFact);
		for (const {client, server} of pairs) {
			for (const fact of [client, server]) {
				const row = await netwatch.until(() => {
					const found = rowOf(netwatch, fact);
					return found?.joinedBy === 'inode' && found;
				});
				expect(row).toMatchObject({kernel: {state: 'ESTAB', inode: fact.inode}, route: null});
			}
		}

		await notice(netwatch, /^ip not found: install iproute2/);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3, exitCode: 0});
		expect(netwatch.troubles()).toHaveLength(1);
	});

	test("rows of an ordinary user's own program have all three views", async context => {
		const netwatch = startNetwatch(context, [node, '-e', echoScript], {
			through: asOrdinaryUser(context),
			...forAllUsers(context),
		});
		const {pid, inode} = await netwatch.fact('ready', z.object({pid: z.number(), inode: z.number()}));
		const row = await netwatch.until(() => {
			const found = [...netwatch.rows.values()].find(({kernel}) => kernel?.inode === inode);
			return found?.process && found.route && found;
		});
		expect(row).toMatchObject({pid, joinedBy: 'inode', kernel: {state: 'ESTAB'}, route: {dev: 'lo'}});
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 6});
	});
});

/** A server that sends nothing before `answer()` is called. */
const silentServer = async (context: TestContext) => {
	const sockets: net.Socket[] = [];
	const server = net.createServer(socket => sockets.push(socket.on('error', () => {})));
	context.onTestFinished(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	const answer = (text: string) => {
		for (const socket of sockets) socket.end(text);
	};
	return {port: address.port, answer};
};

const processRow = (netwatch: Netwatch, fact: SocketFact) =>
	netwatch.until(() => {
		const row = rowOf(netwatch, fact);
		const {bytesRead, bytesWritten} = fact;
		expect(row).toMatchObject({
			stage: 'open',
			process: {bytesRead, bytesWritten},
			kernel: null,
			joinedBy: null,
		});
		return row;
	});
