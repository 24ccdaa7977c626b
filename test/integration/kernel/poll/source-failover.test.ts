// Fallbacks for a missing tool or right: the run goes on, rows have the kernel's states, and one notice is raised.
import {chmodSync, copyFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {makeNamespace} from '../../../helpers/network/named-namespace.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {
	asNobody,
	asOrdinaryUser,
	echoScript,
	forAllUsers,
	nobody,
	pathOf,
	runs,
	without,
	withStub,
} from '../../../helpers/process/missing-tools.ts';
import {
	listenerFact,
	type Netwatch,
	type Row,
	socketFact,
	startNetwatch,
} from '../../../helpers/process/netwatch.ts';
import {cli, node, target} from '../../../helpers/process/paths.ts';
import {start} from '../../../helpers/process/program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {rowOf} from '../../../helpers/records/match-rows.ts';

const echoFact = z.object({
	pid: z.number(),
	listener: listenerFact,
	pairs: z.array(z.object({client: socketFact, server: socketFact})),
});
const briefFact = z.object({pid: z.number(), inode: z.number()});

/** Both ends and the listener, joined by their inodes. */
const joinedRows = async (netwatch: Netwatch): Promise<Row[]> => {
	const {pairs, listener} = await netwatch.fact('ready', echoFact);
	const rows: Row[] = [];
	for (const {client, server} of pairs) {
		for (const fact of [client, server]) {
			rows.push(
				await netwatch.until(() => {
					const row = rowOf(netwatch, fact);
					expect(row).toMatchObject({
						...{joinedBy: 'inode', stage: 'open'},
						kernel: {state: 'ESTAB', inode: fact.inode, recvQ: 0, sendQ: 0},
						process: {bytesRead: fact.bytesRead},
					});
					return row;
				}),
			);
		}
	}
	const listening = await netwatch.until(() => {
		const row = [...netwatch.rows.values()].find(({kernel}) => kernel?.inode === listener.inode);
		// An older look may still hold a connection that waited for accept().
		expect(row).toMatchObject({role: 'listener', kernel: {state: 'LISTEN', recvQ: 0}});
		return row;
	});
	return [...rows, listening];
};

const byInode = (netwatch: Netwatch, inode: number): Promise<Row> =>
	netwatch.until(() => {
		const row = [...netwatch.rows.values()].find(({kernel}) => kernel?.inode === inode);
		expect(row).toMatchObject({joinedBy: 'inode', kernel: {state: 'ESTAB'}});
		return row?.process && row;
	});

const messages = (netwatch: Netwatch): string[] => netwatch.troubles().map(({message}) => message);

/** Several polls, in which the notice could be repeated. */
const somePolls = async (netwatch: Netwatch): Promise<void> => {
	const before = netwatch.all('kernel').length;
	await netwatch.until(() => netwatch.all('kernel').length >= before + 2);
};

describe.concurrent('a missing or broken ss', () => {
	test('without ss, rows have states, queues and routes, and a notice says once what to install', async context => {
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through: without(context, 'ss')});
		const rows = await joinedRows(netwatch);
		for (const row of rows) {
			expect(row.kernel).toMatchObject({cookie: null, rttMs: null});
			if (row.role === 'client') await netwatch.until(() => netwatch.rows.get(row.id)?.route?.dev === 'lo');
		}
		await somePolls(netwatch);
		expect(messages(netwatch)).toEqual([
			'ss not found: install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2); sockets are read from /proc/net/tcp, without TCP info, backlogs and cookies',
		]);
		const {retransSegs, timeWait, somaxconn} = netwatch.all('kernel').at(-1) ?? {};
		for (const counter of [retransSegs, timeWait, somaxconn]) expect(counter).toEqual(expect.any(Number));
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3, exitCode: 0});
	});

	test('without ss, connections in the accept queue of a blocked server are rows', async context => {
		const netwatch = startNetwatch(context, [node, target('queued')], {through: without(context, 'ss')});
		await netwatch.fact('queued', z.object({port: z.number()}));
		const queued = () => [...netwatch.rows.values()].filter(({stage}) => stage === 'queued');
		await netwatch.until(() => queued().length === 3);
		for (const row of queued())
			expect(row).toMatchObject({role: 'server', kernel: {state: 'ESTAB', cookie: null}});
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 0});
	});

	test('without ss and all other tools, the rows are the same without routes', async context => {
		const through = without(context, 'ss', 'ip', 'nsenter', 'stdbuf', 'grep');
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through});
		const rows = await joinedRows(netwatch);
		expect(rows.every(({route}) => route === null)).toBe(true);
		await somePolls(netwatch);
		expect(messages(netwatch).toSorted()).toEqual([
			expect.stringMatching(/^ip not found: install iproute2/),
			expect.stringMatching(/^ss not found: install iproute2/),
		]);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3, exitCode: 0});
	});

	test('without ss and without --json, the summary has the notice once', async context => {
		const through = without(context, 'ss');
		const [first = '', ...words] = [...through, node, cli, '--headless', '--', node, target('echo-pair')];
		const program = start(context, first, words);
		await program.until(() => program.stdout().includes('"ready"'));
		program.write('end\n');
		expect(await program.ended).toMatchObject({exitCode: 0});
		expect(program.stderr().split('ss not found: install iproute2')).toHaveLength(2);
	});

	test('an ss without -O and without a version prints several lines per socket, which are all parsed', async context => {
		const script = `
			case "$1" in
				-V) echo 'ss utility, iproute2-ss180129'; exit ;;
				*O*) echo "ss: invalid option -- 'O'" >&2; exit 255 ;;
			esac
			exec "$REAL" "$@"`;
		const through = withStub(context, 'ss', script);
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through});
		const rows = await joinedRows(netwatch);
		for (const {role, kernel} of rows) {
			expect(kernel).toMatchObject({cookie: expect.any(String)});
			if (role !== 'listener') expect(kernel?.rttMs).toEqual(expect.any(Number));
		}
		expect(messages(netwatch)).toEqual([]);
	});

	test('an ss that prints no version is treated as a new one', async context => {
		const through = withStub(context, 'ss', 'if [ "$1" = -V ]; then echo mine; else exec "$REAL" "$@"; fi');
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through});
		const rows = await joinedRows(netwatch);
		for (const {kernel} of rows) expect(kernel).toMatchObject({cookie: expect.any(String)});
		expect(messages(netwatch)).toEqual([]);
	});

	test.for([
		{
			what: 'only errors',
			script: "printf 'ss: cannot do \\033[31mthis\\n' >&2; exit 3",
			says: 'ss ended with exit code 3: ss: cannot do [31mthis',
		},
		{
			what: 'only lines that are not understood',
			script: "echo 'Active Internet connections (servers and established)'; echo 'tcp 0 0 a b'",
			says: 'nothing that it prints is understood, e.g. Active Internet connections (servers and established)',
		},
	])('/proc replaces an ss that prints $what, with one notice', async ({script, says}, context) => {
		const through = withStub(context, 'ss', script);
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through});
		await joinedRows(netwatch);
		await somePolls(netwatch);
		expect(messages(netwatch)).toEqual([
			`ss does not work: ${says}; sockets are read from /proc/net/tcp, without TCP info, backlogs and cookies`,
		]);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3, exitCode: 0});
	});

	test('/proc replaces a hanging ss after its deadline', async context => {
		const through = withStub(context, 'ss', 'exec sleep 1000');
		const netwatch = startNetwatch(context, [node, target('echo-pair')], {through});
		await netwatch.until(() => messages(netwatch).length > 0);
		await joinedRows(netwatch);
		expect(messages(netwatch)).toEqual([
			'ss does not work: no answer within 10 s; sockets are read from /proc/net/tcp, without TCP info, backlogs and cookies',
		]);
	});
});

describe.concurrent('another network namespace', () => {
	test('without nsenter, another namespace is read from outside, without routes, with one notice', async context => {
		const through = without(context, 'nsenter');
		const netwatch = startNetwatch(context, inNewNamespace(context), {through});
		const rows = await joinedRows(netwatch);
		const netns = namespaceOf(rows[0]?.pid);
		expect(rows.every(row => row.netns === netns && row.route === null)).toBe(true);
		await somePolls(netwatch);
		expect(messages(netwatch)).toEqual([
			expect.stringMatching(
				/^nsenter not found: install util-linux \(Debian: apt-get install util-linux, Alpine: apk add util-linux\); sockets are read from \/proc\/\d+\/net\/tcp, without TCP info, backlogs and cookies, and there are no routes$/,
			),
		]);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3, exitCode: 0});
	});

	test('without ss in a namespace, its sockets are read through the child shell, with routes', async context => {
		const netwatch = startNetwatch(context, inNewNamespace(context), {through: without(context, 'ss')});
		const rows = await joinedRows(netwatch);
		for (const row of rows) {
			expect(row.netns).toBe(namespaceOf(row.pid));
			if (row.role === 'client') await netwatch.until(() => netwatch.rows.get(row.id)?.route?.dev === 'lo');
		}
		expect(messages(netwatch)).toEqual([
			expect.stringMatching(/^ss not found: install iproute2.*\/net\/tcp/),
		]);
	});

	test("a namespace of an ordinary user's own user namespace has all three views without root", async context => {
		const inside = [
			'unshare',
			'--map-root-user',
			'--net',
			'sh',
			'-c',
			withLoopback,
			'sh',
			node,
			'-e',
			echoScript,
		];
		const through = asOrdinaryUser(context);
		if (!runs([...through, 'unshare', '--map-root-user', '--net', 'true']))
			context.skip('users may not make user namespaces here');
		const netwatch = startNetwatch(context, inside, {through, ...forAllUsers(context)});
		const {pid, inode} = await netwatch.fact('ready', briefFact);
		const row = await byInode(netwatch, inode);
		expect(row).toMatchObject({pid, netns: namespaceOf(pid)});
		expect(row.kernel?.cookie).toEqual(expect.any(String));
		await netwatch.until(() => netwatch.rows.get(row.id)?.route?.dev === 'lo');
		expect(messages(netwatch)).toEqual([]);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 6});
	});

	test("a namespace of root with an ordinary user's program is read from outside, without routes, with one notice", async context => {
		const {name, netns} = makeNamespace(context, 'fallback');
		const through = asNobody(context);
		const command = [enterAsRoot(context, name), ...[`--net=/run/netns/${name}`, '--', ...through]];
		const netwatch = startNetwatch(context, [...command, node, '-e', echoScript], {
			through,
			...forAllUsers(context),
		});
		const {pid, inode} = await netwatch.fact('ready', briefFact);
		const row = await byInode(netwatch, inode);
		expect(row).toMatchObject({pid, netns, route: null, kernel: {cookie: null, recvQ: 0, sendQ: 0}});
		await somePolls(netwatch);
		const said = messages(netwatch).filter(message => !message.startsWith('no hook in'));
		expect(said).toEqual([
			expect.stringMatching(
				new RegExp(
					`^network namespace ${netns} cannot be entered: only root can enter it; sockets are read from /proc/\\d+/net/tcp, without TCP info, backlogs and cookies, and there are no routes; run netwatch as root$`,
				),
			),
		]);
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({exitCode: 6});
	});
});

const withLoopback = 'PATH=$PATH:/usr/sbin:/sbin; ip link set lo up; exec "$@"';

/** A command in a network namespace that it makes. */
const inNewNamespace = (context: TestContext): string[] => {
	const words = ['unshare', '--net'];
	const asUser = isRoot ? words : ['unshare', '--map-root-user', '--net'];
	if (!runs([...asUser, 'true'])) context.skip('no network namespace can be made here without root');
	// The words that hide the tools have made an ordinary user root of its own user namespace already.
	return [...words, 'sh', '-c', withLoopback, 'sh', node, target('echo-pair')];
};

const namespaceOf = (pid: number | null | undefined): string => String(statSync(`/proc/${pid}/ns/net`).ino);

/** A program that takes an ordinary user into a namespace of root, as sudo would. */
const enterAsRoot = (context: TestContext, name: string): string => {
	const directory = temporaryDirectory(context);
	chmodSync(directory, 0o755);
	const path = join(directory, 'enter');
	copyFileSync(pathOf('nsenter'), path);
	chmodSync(path, 0o4755);
	const words = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', path];
	if (!runs([...words, `--net=/run/netns/${name}`, '--', 'true']))
		context.skip('no program may be root for others here');
	return path;
};
