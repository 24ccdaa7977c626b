/** The commands on tables, in the built tool: columns, copies, files, following, forgetting. */
import {mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {afterAll, afterEach, expect, test} from 'vitest';
import {record} from '../../source/records/format/schema.ts';
import {endWithCommand} from '../helpers/terminal/end-with-command.ts';
import {keys, startTerminal, type TerminalOptions, type TestTerminal} from '../helpers/terminal/terminal.ts';

/** The current directory of all, and the configuration of each. */
const place = realpathSync(mkdtempSync(join(tmpdir(), 'netwatch-tables-test-')));
const cli = resolve('dist/cli.js');
const server = resolve('examples/server.js');
let terminals: TestTerminal[] = [];

afterAll(() => rmSync(place, {recursive: true, force: true}));
afterEach(async () => {
	const open = terminals;
	terminals = [];
	await Promise.all(open.map(endWithCommand));
});

const watch = (config: string, options: TerminalOptions = {}): TestTerminal => {
	const terminal = startTerminal(process.execPath, [cli, '--', 'node', server], {
		cols: 120,
		rows: 30,
		cwd: place,
		...options,
		env: {
			PORT: '0',
			XDG_CONFIG_HOME: join(place, config),
			TMPDIR: place,
			XDG_RUNTIME_DIR: undefined,
			...options.env,
		},
	});
	terminals.push(terminal);
	return terminal;
};

const quit = async (terminal: TestTerminal): Promise<void> => {
	terminal.type('q');
	await terminal.waitFor('is still running');
	terminal.type('e');
	await terminal.exited;
};

const titles = (lines: string[]): string => lines.find(line => /^ \S.* peer/.test(line)) ?? '';

test('the chosen columns are kept for the next run', async () => {
	const first = watch('kept');
	await first.waitFor(/listening.*LISTEN/);
	// The route goes, and the stage changes places with what is behind it.
	first.type('c');
	await first.waitFor('Columns of connections');
	first.type(`${keys.down}${keys.down}\x1b[1;2B`);
	await first.waitFor(/^ ✓ local .*\n▸✓ stage /m);
	while (!/^▸✓ route /m.test(first.screen().join('\n'))) {
		const before = first.screen().find(line => line.startsWith('▸'));
		first.type('j');
		await first.waitFor(lines => lines.find(line => line.startsWith('▸')) !== before);
	}
	first.type(' ');
	await first.waitFor(/^▸ {2}route .*off$/m);
	first.type(keys.enter);
	await first.waitFor('settings: the columns are kept in ');
	await quit(first);

	const second = watch('kept');
	const lines = await second.waitFor(/LISTEN/);
	expect(titles(lines)).toMatch(/ process +local +stage +peer/);
	expect(titles(lines)).not.toContain('route');
	await quit(second);
}, 60_000);

test('the keys copy a row to the clipboard and the rows to a file, and the mouse stays with the terminal', async () => {
	const terminal = watch('copied');
	await terminal.waitFor(/listening.*LISTEN/);
	terminal.type('y');
	await terminal.waitFor(/\d lines sent for the clipboard \(OSC 52\): server\.js \d+ · tcp listener/);
	const [, content = ''] = /\x1b\]52;c;([^\x07]*)\x07/.exec(terminal.received()) ?? [];
	expect(Buffer.from(content, 'base64').toString()).toMatch(
		/^server\.js \d+ · tcp listener · listening .*\nlistens on 127\.0\.0\.1:\d+\nkernel: LISTEN, queue 0 of 511/,
	);

	terminal.type('e');
	const lines = await terminal.waitFor(/export: 1 row written to/);
	const [, name = ''] = /written to \.\/(\S+)/.exec(lines.join('\n')) ?? [];
	expect(record.parse(JSON.parse(readFileSync(join(place, name), 'utf8')))).toMatchObject({
		type: 'row',
		role: 'listener',
		stage: 'listening',
	});
	await quit(terminal);
	expect(terminal.received()).not.toMatch(/\x1b\[\?(9|100[0-7]|1015|1016)h/);
}, 60_000);

test('a copy inside tmux uses both sequences that tmux may pass on', async () => {
	const terminal = watch('tmux', {env: {TMUX: '/nowhere,1,0', TERM: 'tmux-256color'}});
	await terminal.waitFor(/listening.*LISTEN/);
	terminal.type('y');
	await terminal.waitFor('sent for the clipboard, by tmux');
	expect(terminal.received()).toMatch(/\x1b\]52;c;[^\x07]+\x07\x1bPtmux;\x1b\x1b\]52;c;[^\x07]+\x07\x1b\\/);
	await quit(terminal);
}, 60_000);

test('the second x removes a closed row, and the followed row stays selected', async () => {
	const terminal = watch('followed');
	const port = Number(/(\d+) ?• ?on /.exec((await terminal.waitFor(/listening.*LISTEN/)).join('\n'))?.[1]);
	terminal.type(`${keys.down}F`);
	await terminal.waitFor(/ FOLLOW( |$)/m);

	const client = connect(port, '127.0.0.1');
	client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
	// The end that closes first lingers: the watched server must not.
	client.once('data', () => client.end());
	await terminal.waitFor(/^ server\.js .* closed /m);
	terminal.type('x');
	await terminal.waitFor('x again forgets 1 closed row');
	terminal.type('x');
	await terminal.waitFor('1 closed row forgotten');
	await terminal.waitFor(lines => !lines.some(one => /^ server\.js .* closed /.test(one)));
	expect(terminal.screen().find(line => line.startsWith('▸'))).toMatch(/^▸server\.js .*listening/);
	expect(terminal.screen().join('\n')).toContain(' FOLLOW');
	await quit(terminal);
	// Without a choice there is no file.
	expect(readdirSync(place)).not.toContain('followed');
}, 60_000);
