// The reader of netwatch's output is gone, as with `| head -1`: that is no fault, and raises no notice.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync} from 'node:fs';
import {text} from 'node:stream/consumers';
import {describe, expect, test} from 'vitest';
import {cli, node} from '../../../helpers/process/paths.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

/** Runs netwatch with a standard output whose reader is gone before anything is written. */
const withoutReader = async (args: readonly string[], state: string) => {
	const netwatch = spawn(node, [cli, ...args], {
		env: {...process.env, XDG_STATE_HOME: state},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	netwatch.stdout.destroy();
	const [said, [code, signal]] = await Promise.all([text(netwatch.stderr), once(netwatch, 'close')]);
	return {said, code, signal};
};

describe.concurrent('standard output with a closed reader', () => {
	const cases: [string[], string, number][] = [
		[['doctor'], 'as a program that SIGPIPE ends', 141],
		[['doctor', '--json'], 'as a program that SIGPIPE ends', 141],
		[['--help'], 'with all done', 0],
	];
	for (const [args, how, code] of cases) {
		test(`netwatch ${args.join(' ')} ends quietly, ${how}`, async context => {
			const state = temporaryDirectory(context);
			expect(await withoutReader(args, state)).toEqual({said: '', code, signal: null});
			expect(readdirSync(state)).toEqual([]);
		});
	}

	test('a command that writes to a closed pipe fails by itself, and the summary of netwatch is printed', async context => {
		const state = temporaryDirectory(context);
		const writes =
			'process.stdout.on("error", ({code}) => process.exit(code === "EPIPE" ? 9 : 8)).write("x\\n")';
		const {said, code} = await withoutReader(['--headless', '--', node, '-e', writes], state);
		expect(code).toBe(9);
		expect(said).not.toContain('fault of netwatch');
		expect(said).toMatch(/exit code 9/);
		expect(readdirSync(state)).toEqual([]);
	});
});
