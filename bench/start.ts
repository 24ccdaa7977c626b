/**
 * The time from netwatch's start to its first frame. The hook's part of a program's start: bench/overhead.ts.
 *
 *     npx tsx bench/start.ts [ROUNDS]
 */
import {spawn as spawnTerminal} from '@lydell/node-pty';
import {describeSpread} from './spread.ts';

const rounds = Number(process.argv[2] ?? 15);
const firstFrame: number[] = [];
for (let round = 0; round < rounds; round++) firstFrame.push(await untilFirstFrame());
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
