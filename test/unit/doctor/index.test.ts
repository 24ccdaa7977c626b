// The doctor's findings on hosts other than this one.
import {describe, expect, test} from 'vitest';
import {runChecks} from '../../../source/doctor/index.ts';
import {printRecords, printResults} from '../../../source/doctor/print.ts';
import type {CheckFinding, Host, ToolResult} from '../../../source/doctor/types.ts';

const root = 'CapEff:\t000001ffffffffff\n';
const files: Readonly<Record<string, string>> = {
	'/proc/self/stat': '1 (node) S',
	'/proc/self/mounts': 'proc /proc proc rw,nosuid 0 0\n',
	'/proc/self/net/tcp': '  sl\n',
	'/proc/self/status': `Name:\tnode\n${root}`,
	'/proc/self/limits': 'Max open files            1024                 524288               files     \n',
};

const outcome = (stdout: string, more: Partial<ToolResult> = {}): ToolResult => ({
	...{exitCode: 0, notFound: false, timedOut: false, stdout, stderr: '', tookMs: 4.2},
	...more,
});

/** The tools' output on a healthy host, by the beginning of the command. */
const tools: readonly (readonly [string, ToolResult])[] = [
	['ss -V', outcome('ss utility, iproute2-6.1.0\n')],
	['ss -HOtaneim', outcome('ESTAB 0 0 10.0.0.1:1 10.0.0.2:2 ino:7 sk:1 <->\n')],
	['ss', outcome('')],
	['stdbuf -oL ss', outcome('ESTAB 0 0 10.0.0.1:1 10.0.0.2:2\n', {exitCode: null})],
	['stdbuf', outcome('')],
	['ip -V', outcome('ip utility, iproute2-6.1.0\n')],
	['ip -j', outcome('[{"dst":"127.0.0.1"}]\n')],
	['ip monitor', outcome('', {exitCode: null, timedOut: true})],
	['nsenter', outcome('')],
];

const well: Host = {
	...{platform: 'linux', release: '6.1.0', arch: 'x64', nodeVersion: 'v22.1.0', uid: 0},
	env: {TERM: 'xterm-256color', LANG: 'C.UTF-8'},
	readText: async path => files[path] ?? null,
	readNamespace: async () => '4026531840',
	tryEnter: async () => null,
	which: async program => `/usr/bin/${program}`,
	run: async words =>
		tools.find(([begin]) => words.join(' ').startsWith(begin))?.[1] ??
		outcome('', {exitCode: null, notFound: true}),
	connectOnce: async () => {},
	terminal: {isTerminal: true, columns: 120, rows: 40, colors: 256},
	trySession: async () => ({ok: true, path: '/run/user/0/netwatch-1'}),
	tryHook: async () => ({ok: true, path: '/var/cache/hook.cjs', notice: null, node: 'v22.1.0', tookMs: 40}),
};

/** A host with some files or tools replaced; null is a missing one. */
const host = (
	change: Partial<Host>,
	otherFiles: Readonly<Record<string, string | null>> = {},
	otherTools: Readonly<Record<string, ToolResult | null>> = {},
): Host => ({
	...well,
	readText: async path => (path in otherFiles ? (otherFiles[path] ?? null) : well.readText(path)),
	which: async program => (otherTools[program] === null ? null : well.which(program)),
	run: async words => {
		const found = Object.entries(otherTools).find(([begin]) => words.join(' ').startsWith(begin));
		return found === undefined
			? well.run(words)
			: (found[1] ?? outcome('', {exitCode: null, notFound: true}));
	},
	...change,
});

const find = async (
	system: Host,
	name: string,
	pid: number | null = null,
): Promise<CheckFinding | undefined> => (await runChecks(system, pid)).find(result => result.name === name);

test('a healthy host has facts in its report, and no advice', async () => {
	const results = await runChecks(well, null);
	expect(results.map(({name}) => name)).toEqual([
		...['platform', 'Node', '/proc', 'rights', 'descriptors', 'terminal'],
		...['ss', 'lines of ss', 'ss -E', 'stdbuf', 'ip', 'ip monitor', 'namespaces'],
		...['private files', 'hook', 'NODE_OPTIONS'],
	]);
	for (const result of results) expect(result).toMatchObject({verdict: 'ok', means: null, mend: null});
});

describe('a missing tool or file has a consequence, and a remedy where there is one', () => {
	const ordinary = {uid: 1000};
	const noRights = {'/proc/self/status': 'CapEff:\t0000000000000000\n'};
	test.for<[string, Host, string, CheckFinding['verdict'], RegExp, RegExp | null]>([
		['macOS', host({platform: 'darwin'}), 'platform', 'warn', /addresses and states only/, null],
		['Windows', host({platform: 'win32'}), 'platform', 'fail', /does not run here/, /WSL/],
		['an old Node', host({nodeVersion: 'v18.20.0'}), 'Node', 'fail', /Node 20 or newer/, /nodejs\.org/],
		['no /proc', host({}, {'/proc/self/stat': null}), '/proc', 'fail', /namespaces/, /mount/],
		[
			'a hidden /proc',
			host(ordinary, {'/proc/self/mounts': 'proc /proc proc rw,hidepid=invisible 0 0'}),
			...(['/proc', 'warn', /other users/, /root/] as const),
		],
		['an ordinary user', host(ordinary, noRights), 'rights', 'warn', /namespaces of others/, /as root/],
		['a container of root', host({}, noRights), 'rights', 'warn', /the holder of a socket/, /--cap-add/],
		[
			'few descriptors',
			host(
				{},
				{'/proc/self/limits': 'Max open files            256                 1024               files\n'},
			),
			...(['descriptors', 'warn', /EMFILE/, /ulimit/] as const),
		],
		[
			'a small terminal',
			host({terminal: {...well.terminal, columns: 39}}),
			...(['terminal', 'warn', /40×8/, /larger/] as const),
		],
		['a dumb terminal', host({env: {TERM: 'dumb'}}), 'terminal', 'warn', /cursor/, /xterm/],
		['no UTF-8', host({env: {TERM: 'xterm'}}), 'terminal', 'warn', /arrows/, /C\.UTF-8/],
		['no ss', host({}, {}, {ss: null}), 'ss', 'fail', /\/proc\/net\/tcp/, /apt-get install iproute2/],
		[
			'an ss that fails',
			host({}, {}, {'ss -HOtane ': outcome('', {exitCode: 1, stderr: 'Cannot open netlink socket'})}),
			...(['ss', 'fail', /\/proc\/net\/tcp/, /iproute2/] as const),
		],
		['an ss without a number', host({}, {}, {'ss -V': outcome('?')}), 'ss', 'warn', /a new one/, /iproute2/],
		[
			'an ss -E that ends',
			host({}, {}, {'stdbuf -oL ss': outcome('', {exitCode: 255, stderr: "invalid option -- 'E'"})}),
			...(['ss -E', 'warn', /between two looks/, /iproute2/] as const),
		],
		[
			'an ss -E that is silent',
			host({}, {}, {'stdbuf -oL ss': outcome('', {exitCode: null, timedOut: true})}),
			...(['ss -E', 'warn', /between two looks/, /iproute2/] as const),
		],
		['no stdbuf', host({}, {}, {stdbuf: null}), 'stdbuf', 'warn', /between two looks/, /coreutils/],
		['no ip', host({}, {}, {ip: null}), 'ip', 'fail', /no routes/, /iproute2/],
		[
			'an ip of busybox',
			host({}, {}, {'ip -j': outcome('', {exitCode: 1, stderr: 'ip: invalid option -- j'})}),
			...(['ip', 'fail', /no routes/, /iproute2/] as const),
		],
		[
			'no ip monitor',
			host({}, {}, {'ip monitor': outcome('', {exitCode: 1})}),
			...(['ip monitor', 'warn', /half a minute/, null] as const),
		],
		['no nsenter', host({}, {}, {nsenter: null}), 'namespaces', 'warn', /no routes/, /util-linux/],
		[
			'no right to enter',
			host(ordinary, noRights, {nsenter: outcome('', {exitCode: 1})}),
			...(['namespaces', 'warn', /no routes/, /as root/] as const),
		],
		[
			'no private directory',
			host({trySession: async () => ({ok: false, reason: 'cannot make it'})}),
			...(['private files', 'fail', /FIFO/, null] as const),
		],
		[
			'a silent hook',
			host({tryHook: async () => ({ok: false, path: '/h.cjs', reason: 'node not found in PATH'})}),
			...(['hook', 'fail', /kernel view alone/, /PATH/] as const),
		],
		[
			'a hook in another place',
			host({
				tryHook: async () => ({ok: true, path: '/t/h.cjs', notice: 'kept in /t', node: 'v22', tookMs: 1}),
			}),
			...(['hook', 'warn', /kept in/, /directories/] as const),
		],
		[
			"Node's permission model",
			host({env: {...well.env, NODE_OPTIONS: '--permission'}}),
			...(['NODE_OPTIONS', 'warn', /keeps the hook out/, /--allow-fs-read/] as const),
		],
	])('%s', async ([, system, name, verdict, means, mend]) => {
		const found = await find(system, name);
		expect(found).toMatchObject({verdict, means: expect.stringMatching(means)});
		if (mend === null) expect(found?.mend).toBeNull();
		else expect(found?.mend).toMatch(mend);
	});
});

describe('unparsed lines of ss', () => {
	const lines = `ESTAB 0 0 10.0.0.1:1 10.0.0.2:2\n${'?? \x1b[2J\u009b31m 1\n'.repeat(7)}`;
	const strange = host({}, {}, {'ss -HOtaneim': outcome(lines)});

	test('are counted, and the first are shown with their control characters escaped', async () => {
		const results = await runChecks(strange, null);
		const found = results.find(({name}) => name === 'lines of ss');
		expect(found).toMatchObject({verdict: 'warn', found: '7 not understood, 1 are'});
		const text = printResults(results, {width: 80, colour: false, version: '1.2.3'});
		expect(text).toContain('ss -taneim: ?? \\x1b[2J\\x9b31m 1');
		expect(text.match(/ss -taneim/g)).toHaveLength(3);
		expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
	});

	test('are more severe where there are no others', async () => {
		const garbage = outcome('busybox\n');
		const none = host({}, {}, {'ss -HO': garbage});
		expect(await find(none, 'lines of ss')).toMatchObject({verdict: 'fail'});
	});
});

describe('the check of a process', () => {
	const there = {'/proc/4711/stat': '4711 (x) S', '/proc/4711/net/tcp': '  sl'};
	test.for<[string, Host, CheckFinding['verdict'], RegExp]>([
		['in this namespace', host({}, there), 'ok', /in this network namespace: all three views/],
		[
			'in another that can be entered',
			host({readNamespace: async pid => (pid === 'self' ? '1' : '2')}, there),
			...(['ok', /in network namespace 2, which can be entered/] as const),
		],
		[
			'in another that cannot',
			host(
				{
					readNamespace: async pid => (pid === 'self' ? '1' : '2'),
					tryEnter: async () => 'only root can enter it',
				},
				there,
			),
			...(['warn', /only root can enter it/] as const),
		],
		['that is not there', host({}), 'fail', /not there, or hidden/],
	])('%s', async ([, system, verdict, found]) => {
		const result = await find(system, 'process 4711', 4711);
		expect(result).toMatchObject({verdict, found: expect.stringMatching(found)});
	});
});

describe('the printed report', () => {
	const results = () => runChecks(host({}, {}, {ss: null, nsenter: null}), null);

	test('ends with the totals', async () => {
		const text = printResults(await results(), {width: 80, colour: false, version: '1.2.3'});
		expect(text).toMatch(/^netwatch 1\.2\.3: what works here\n\n/);
		expect(text).toMatch(/\n\nOne thing that netwatch needs does not work\. One thing could be better\.\n$/);
		const whole = printResults(await runChecks(well, null), {width: 80, colour: false, version: '1.2.3'});
		expect(whole).toMatch(/\n\nAll that is needed works\.\n$/);
	});

	test.for([60, 80, 200])('fits into %i columns, with names and texts aligned', async width => {
		const lines = printResults(await results(), {width, colour: false, version: '1.2.3'})
			.split('\n')
			.slice(2, -3);
		const begin = lines[0]?.indexOf('Linux') ?? 0;
		for (const line of lines) {
			expect(line.length).toBeLessThanOrEqual(width);
			expect(line.slice(begin - 2, begin)).toBe('  ');
			// The text behind an arrow continues on the next line.
			expect(line.slice(begin)).toMatch(/^( {2})?\S/);
		}
	});

	test('has colours only where they are supported, and the same words', async () => {
		const colour = printResults(await results(), {width: 80, colour: true, version: '1.2.3'});
		const plain = printResults(await results(), {width: 80, colour: false, version: '1.2.3'});
		expect(colour).toContain('\x1b[1;31mFAIL\x1b[0m');
		expect(colour.replaceAll(/\x1b\[[\d;]*m/g, '')).toBe(plain);
	});

	test('as records has one a line', async () => {
		const records = printRecords(await results())
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line));
		expect(records).toContainEqual({
			...{name: 'ss', verdict: 'fail', found: 'not found'},
			...{means: expect.any(String), mend: expect.stringContaining('iproute2')},
		});
	});
});
