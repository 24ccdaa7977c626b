import {afterEach, describe, expect, test} from 'vitest';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {createShell, type Shell, type ShellOptions} from '../../../../source/kernel/child/shell.ts';
import {processGroup} from '../../../helpers/process/ready-process.ts';
import {until} from '../../../helpers/process/until.ts';

const open: Shell<string>[] = [];
const shellOf = (options: Partial<ShellOptions> = {}): Shell<string> => {
	const shell = createShell<string>({prefix: [], path: childSearchPath(process.env.PATH), ...options});
	open.push(shell);
	return shell;
};
afterEach(async () => {
	await Promise.all(open.splice(0).map(shell => shell.close()));
});

/** The output of a command, as text. */
const answer = async (shell: Shell<string>, command: string) => {
	const result = await shell.run(command);
	return result.ok ? {out: result.stdout.toString(), err: result.stderr, code: result.exitCode} : result;
};

describe('the child shell answers a command with its output', () => {
	test.each([
		['true', '', '', 0],
		['false', '', '', 1],
		['printf abc', 'abc', '', 0],
		['echo abc', 'abc\n', '', 0],
		['echo out; echo err >&2; (exit 42)', 'out\n', 'err\n', 42],
		['printf "\\0\\377x"', '\0\ufffdx', '', 0],
		['cat', '', '', 0],
		['echo $LC_ALL', 'C\n', '', 0],
		['env | cut -d= -f1 | grep -v -e PWD -e _ | sort', 'PATH\n', '', 0],
		['printf %s "$PATH" | grep -o /usr/sbin:/sbin', '/usr/sbin:/sbin\n', '', 0],
	])('%s', async (command, out, err, code) => {
		expect(await answer(shellOf(), command)).toEqual({out, err, code});
	});

	test('the child shell answers many commands in the order given, from one process', async () => {
		const shell = shellOf();
		const answers = await Promise.all(
			Array.from({length: 30}, (_, index) => answer(shell, `echo ${index} $$`)),
		);
		expect(answers).toEqual(
			Array.from({length: 30}, (_, index) => ({out: `${index} ${shell.pid}\n`, err: '', code: 0})),
		);
	});

	test('the child shell returns a long output whole', async () => {
		const result = await shellOf().run('yes 0123456789abcde | head -n 262144');
		expect(result).toMatchObject({ok: true, exitCode: 0});
		expect(result.ok && result.stdout.length).toBe(4 * 1024 * 1024);
	});

	test('the child shell answers an unknown command with exit code 127', async () => {
		expect(await answer(shellOf({path: '/nowhere'}), 'ss -V')).toMatchObject({code: 127});
	});
});

describe('a failing child shell gives its reason, and the next command has a new shell', () => {
	test('the child shell is ended at the deadline, with all processes below it', async () => {
		const shell = shellOf({deadlineMs: 300});
		const running = shell.run('sleep 600 & sleep 600');
		const {pid} = shell;
		expect(await running).toMatchObject({ok: false, reason: 'no answer within 0.3 s', permanent: false});
		await until('the group is gone', () => processGroup(pid ?? 0).length === 0);
		expect(await answer(shell, 'echo again')).toMatchObject({out: 'again\n'});
		expect(shell.pid).not.toBe(pid);
	});

	test('the child shell is ended at the limit of output', async () => {
		const shell = shellOf({maxOutputBytes: 100_000});
		expect(await shell.run('yes')).toMatchObject({ok: false, reason: 'more than 100000 bytes of output'});
		expect(await answer(shell, 'echo again')).toMatchObject({out: 'again\n'});
	});

	test('the child shell fails its command when it is killed', async () => {
		const shell = shellOf();
		expect(await answer(shell, 'kill -9 $$')).toMatchObject({
			ok: false,
			reason: 'the helper shell was ended by SIGKILL',
		});
		expect(await answer(shell, 'echo again')).toMatchObject({out: 'again\n'});
	});

	test('the child shell fails with its last words on standard error', async () => {
		expect(await answer(shellOf(), 'echo "no \u001b[31mright" >&2; exit 7')).toMatchObject({
			ok: false,
			reason: 'the helper shell ended with exit code 7: no [31mright',
		});
	});

	test('the child shell is not restarted after three deaths in a row', async () => {
		const shell = shellOf();
		expect(await shell.run('exit 1')).toMatchObject({permanent: false});
		expect(await answer(shell, 'echo between')).toMatchObject({out: 'between\n'});
		expect(await shell.run('exit 1')).toMatchObject({permanent: false});
		expect(await shell.run('exit 1')).toMatchObject({permanent: false});
		const last = {ok: false, reason: expect.stringContaining('3 times in a row'), permanent: true};
		expect(await shell.run('exit 1')).toMatchObject(last);
		expect(await shell.run('echo again')).toMatchObject(last);
	});

	test('the child shell fails at once where its namespace cannot be entered', async () => {
		const shell = shellOf({prefix: ['no-such-program'], path: '/nowhere'});
		expect(await shell.run('true')).toEqual({
			ok: false,
			reason: 'the helper shell could not be started: no-such-program not found',
			permanent: true,
			missingTool: 'no-such-program',
		});
	});
});

test('closing the child shell ends the running command and answers the waiting ones', async () => {
	const shell = shellOf();
	const running = [shell.run('sleep 600'), shell.run('echo never')];
	const {pid} = shell;
	await until('it runs', () => processGroup(pid ?? 0).includes('sleep'));
	await shell.close();
	for (const result of await Promise.all(running)) {
		expect(result).toMatchObject({ok: false, reason: 'the helper shell was closed'});
	}
	await until('the group is gone', () => processGroup(pid ?? 0).length === 0);
	expect(await shell.run('true')).toMatchObject({ok: false, permanent: true});
});
