/**
 * What starting costs: a Node program with the hook against without, and netwatch until its first frame.
 *
 *     npx tsx bench/start.ts [ROUNDS]
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {spawn as spawnTerminal} from '@lydell/node-pty';
import {describeSpread, startAndWait} from './support.ts';

const rounds = Number(process.argv[2] ?? 15);
const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
const fifo = join(directory, 'hook.fifo');
execFileSync('mkfifo', ['-m', '600', fifo]);
const reader = await startAndWait(process.execPath, ['bench/discard.cjs', fifo]);
const hooked = {
	...process.env,
	NODE_OPTIONS: `--require "${join(process.cwd(), 'dist/hook.cjs')}"`,
	NETWATCH_FIFO: fifo,
};
const line = ['-e', 'console.log(1)'];

const plain: number[] = [];
const added: number[] = [];
const firstFrame: number[] = [];
for (let round = 0; round < rounds; round++) {
	const without = await startAndWait(process.execPath, line);
	const withHook = await startAndWait(process.execPath, line, {env: hooked});
	plain.push(without.ms);
	added.push(withHook.ms - without.ms);
	firstFrame.push(await untilFirstFrame());
}

reader.child.kill();
rmSync(directory, {recursive: true});
console.log(
	`node -e: ${describeSpread(plain, 1)} ms to its first line; with the hook ${describeSpread(added, 1)} ms more`,
);
console.log(`netwatch: ${describeSpread(firstFrame, 0)} ms to its first frame`);

/** The frame is there when the header names the connections tab. */
function untilFirstFrame(): Promise<number> {
	return new Promise(resolve => {
		const begun = performance.now();
		const terminal = spawnTerminal(process.execPath, ['dist/cli.js', '--', 'sleep', '5'], {
			cols: 120,
			rows: 40,
		});
		let text = '';
		terminal.onData(data => {
			text += data;
			if (!text.includes('connections')) return;
			resolve(performance.now() - begun);
			text = '';
			terminal.write('q');
			terminal.write('e');
		});
		terminal.onExit(() => resolve(Number.NaN));
	});
}
