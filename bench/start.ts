/**
 * The time of netwatch's start: `netwatch --json -- node -e 0` from its start to its end, beside `node -e 0` alone, and the
 * time to the first frame of the screen. With another build, both in turns. The hook's part of a program's start is in
 * bench/overhead.ts.
 *
 *     npx tsx bench/start.ts [--rounds N] [--against DIST]
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {spawn as spawnTerminal} from '@lydell/node-pty';
import {describeSpread, spread} from './spread.ts';

const {values} = parseArgs({options: {rounds: {type: 'string', default: '15'}, against: {type: 'string'}}});
const rounds = Number(values.rounds);
const builds = ['dist', ...(values.against === undefined ? [] : [values.against])].map(dist =>
	resolve(dist, 'cli.js'),
);

/** A way to start, with the times of its rounds in ms. */
type Way = {name: string; run: () => Promise<number>; times: number[]};
const ways: Way[] = [
	{name: 'node -e 0', run: () => untilEnd(['-e', '0']), times: []},
	...builds.flatMap((cli): Way[] => [
		{
			name: `${cli} --json -- node -e 0`,
			run: () => untilEnd([cli, '--json', '--', process.execPath, '-e', '0']),
			times: [],
		},
		{name: `${cli}, first frame`, run: () => untilFirstFrame(cli), times: []},
	]),
];

// The first round fills the caches of the file system.
for (let round = -1; round < rounds; round++) {
	for (const {run, times} of ways) {
		const ms = await run();
		if (round >= 0) times.push(ms);
	}
}

const [alone = ways[0]] = ways;
for (const {name, times} of ways) {
	const factor = spread(times).median / spread(alone?.times ?? []).median;
	console.log(`${name}: ${describeSpread(times, 0)} ms, ${factor.toFixed(2)} of node alone`);
}

async function untilEnd(args: readonly string[]): Promise<number> {
	const begun = performance.now();
	await once(spawn(process.execPath, args, {stdio: 'ignore'}), 'exit');
	return performance.now() - begun;
}

/** The frame is there when the header names the connections tab. */
function untilFirstFrame(cli: string): Promise<number> {
	return new Promise(resolve => {
		const begun = performance.now();
		const terminal = spawnTerminal(process.execPath, [cli, '--', 'sleep', '5'], {cols: 120, rows: 40});
		let text = '';
		let ms = Number.NaN;
		terminal.onData(data => {
			text += data;
			if (!Number.isNaN(ms) || !text.includes('connections')) return;
			ms = performance.now() - begun;
			terminal.write('q');
			terminal.write('e');
		});
		terminal.onExit(() => resolve(ms));
	});
}
