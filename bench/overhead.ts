/**
 * What being watched costs a server: requests a second, and CPU time of the server a request, over kept connections
 * and with a connection a request, as ratios to the same server unwatched, in paired rounds. The server has one CPU,
 * load and netwatch the other. On a machine with other work, CPU time a request is the figure to look at.
 *
 *     npx tsx bench/overhead.ts [ROUNDS] [SECONDS]
 *
 * Needs wrk and taskset (Debian: apt-get install wrk util-linux).
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describeSpread, end, output, startAndWait} from './support.ts';

const rounds = Number(process.argv[2] ?? 7);
const seconds = Number(process.argv[3] ?? 3);
const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
const fifo = join(directory, 'hook.fifo');
execFileSync('mkfifo', ['-m', '600', fifo]);

const server = ['taskset', '-c', '0', process.execPath, 'bench/server.cjs'] as const;
const hooked = {
	...process.env,
	NODE_OPTIONS: `--require "${join(process.cwd(), 'dist/hook.cjs')}"`,
	NETWATCH_FIFO: fifo,
};
const ways = {
	unwatched: () => startAndWait(server[0], server.slice(1)),
	'hook alone': () => startAndWait(server[0], server.slice(1), {env: hooked}),
	netwatch: () =>
		startAndWait('taskset', ['-c', '1', process.execPath, 'dist/cli.js', '--headless', '--', ...server]),
};
const loads = {
	'keep-alive': ['-t1', '-c32'],
	'connection per request': ['-t1', '-c32', '-H', 'Connection: close'],
};

const reader = await startAndWait('taskset', ['-c', '1', process.execPath, 'bench/discard.cjs', fifo]);
try {
	for (const [name, flags] of Object.entries(loads)) {
		const ratios: Record<string, number[]> = {'hook alone': [], netwatch: []};
		const cpuRatios: Record<string, number[]> = {'hook alone': [], netwatch: []};
		const base: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const rates: Record<string, number> = {};
			const cpu: Record<string, number> = {};
			// Another order each round: what drifts hits all alike.
			const order = Object.entries(ways);
			for (let turn = 0; turn < order.length; turn++) {
				const [way, begin] = order[(turn + round) % order.length] ?? order[0] ?? ['', ways.unwatched];
				const {child, firstText} = await begin();
				const [port, pid = ''] = firstText.trim().split(' ');
				const before = cpuTicks(pid);
				const text = await output('taskset', [
					...['-c', '1', 'wrk', ...flags, `-d${seconds}s`],
					`http://127.0.0.1:${port}/`,
				]);
				rates[way] = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
				cpu[way] = (cpuTicks(pid) - before) / Number(/(\d+) requests in/.exec(text)?.[1]);
				await end(child);
			}

			const unwatched = rates.unwatched ?? Number.NaN;
			base.push(unwatched);
			for (const way of Object.keys(ratios)) {
				ratios[way]?.push((rates[way] ?? Number.NaN) / unwatched);
				cpuRatios[way]?.push((cpu[way] ?? Number.NaN) / (cpu.unwatched ?? Number.NaN));
			}
		}

		console.log(`${name}: unwatched ${describeSpread(base, 0)} requests/s`);
		for (const [way, values] of Object.entries(ratios)) {
			console.log(
				`  ${way}: ${describeSpread(values)} of its requests/s, ${describeSpread(cpuRatios[way] ?? [])} of its CPU time a request`,
			);
		}
	}
} finally {
	reader.child.kill();
	rmSync(directory, {recursive: true});
}

/** User and system time of a process so far, in clock ticks: fields 14 and 15 of /proc/PID/stat (proc(5)). */
function cpuTicks(pid: string): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return Number(fields[11]) + Number(fields[12]);
}
