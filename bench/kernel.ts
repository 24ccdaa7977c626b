/**
 * The cost of netwatch's kernel snapshots, at 1,000, 10,000 and 50,000 sockets, against `ss` itself: see
 * docs/measurements.md. Where the watched program has all of the sockets, and where it has 100 of them.
 *
 *     npx tsx bench/kernel.ts [--sizes 1000,10000,50000] [--seconds 10] [--write docs/measurements.md]
 *
 * Needs root (a network namespace, descriptors), iproute2, and `npm run build` before.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import type {KernelSocket} from '../source/domain/row.ts';
import {type Cost, measureCost} from './kernel/cost.ts';
import {type Held, makePlace, type Place} from './kernel/place.ts';
import {measureSlices, type Slices} from './kernel/slices.ts';
import {machine, markdownTable, placeSection} from './kernel/text.ts';
import {sleep} from './overhead/program.ts';
import {plainEnvironment} from './overhead/ways.ts';

const {values: options} = parseArgs({
	options: {
		sizes: {type: 'string', default: '1000,10000,50000'},
		seconds: {type: 'string', default: '10'},
		write: {type: 'string'},
	},
});
const sizes = options.sizes.split(',').map(Number);
const seconds = Number(options.seconds);
const ownSmall = 100;
/** Until the rows are joined and the routes known. */
const settleMs = 5000;
const table = '-HOtane exclude time-wait';
const ssRuns = 5;
const sliceRounds = 7;

type Result = {size: number; own: number; ss: {wallMs: number; cpuMs: number}; slices: Slices; cost: Cost};

const place = makePlace();
const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
const close = async (): Promise<void> => {
	await place.close();
	rmSync(directory, {recursive: true, force: true});
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void close().finally(() => process.exit(1)));
}

try {
	await measure();
} finally {
	await close();
}

async function measure(): Promise<void> {
	const results: Result[] = [];
	for (const size of sizes) {
		for (const own of new Set([size, Math.min(ownSmall, size)])) {
			console.error(`${size} sockets, ${own} of them watched …`);
			results.push(await measureOne(size, own));
		}
	}

	const text = format(results);
	console.log(text);
	if (!options.write) return;
	writeFileSync(options.write, placeSection(readFileSync(options.write, 'utf8'), 'bench/kernel.ts', text));
}

async function measureOne(size: number, own: number): Promise<Result> {
	const probe = join(directory, `probe-${size}-${own}`);
	const others = size > own ? await openSockets(place, (size - own) / 2) : null;
	const netwatch = place.start(
		[
			...[process.execPath, '--require', './bench/kernel/probe.cjs', 'dist/cli.js', '--headless'],
			...['--interval', '1000', '--'],
			...[...place.inside, process.execPath, 'bench/kernel/sockets.cjs', String(own / 2)],
		],
		{env: {...plainEnvironment(), NETWATCH_BENCH_PROBE: probe}},
	);
	const target = Number(await netwatch.line('open'));
	await sleep(settleMs);
	const cost = await measureCost(netwatch.pid, target, probe, seconds);
	const ss = measureSs(place);
	const texts = [1, 2, 3].map(() => Buffer.from(place.script(`ss ${table}`), 'latin1'));
	const isOwn = own === size ? () => true : ownTo(place, target);
	const slices = await measureSlices(texts, isOwn, sliceRounds);
	await netwatch.end();
	await others?.end();
	return {size, own, ss, slices, cost};
}

async function openSockets(where: Place, pairs: number): Promise<Held> {
	const held = where.start([...where.inside, process.execPath, 'bench/kernel/sockets.cjs', String(pairs)]);
	await held.line('open');
	return held;
}

/** `ss` by itself, in the namespace, by a shell that has nothing else to do: wall and CPU time of one run. */
function measureSs({script}: Place): Result['ss'] {
	const runs = Array.from({length: ssRuns}, () => `ss ${table} | cat >/dev/null`).join('; ');
	const [begun, ended, , children = ''] = script(`date +%s%N; ${runs}; date +%s%N; times`).trim().split('\n');
	// "0m0.120s 0m0.340s": user and system time of the shell's children, in its second line.
	const cpuSeconds = children
		.split(' ')
		.map(time => /(\d+)m([\d.]+)s/.exec(time))
		.reduce((sum, parts) => sum + Number(parts?.[1] ?? 0) * 60 + Number(parts?.[2] ?? 0), 0);
	return {
		wallMs: (Number(ended) - Number(begun)) / 1e6 / ssRuns,
		cpuMs: (cpuSeconds * 1000) / ssRuns,
	};
}

/** Separates the sockets of a program with one listener from all others. */
function ownTo({script}: Place, pid: number): (socket: KernelSocket) => boolean {
	const listeners = script('ss -HtlnpO').split('\n');
	const port = Number(/:(\d+) /.exec(listeners.find(line => line.includes(`pid=${pid},`)) ?? '')?.[1]);
	return ({local, peer}) => [local, peer].some(end => end !== null && 'port' in end && end.port === port);
}

function format(results: readonly Result[]): string {
	const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
	const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
	const heads = [
		...['sockets', 'watched', '`ss` by itself: wall, CPU', 'netwatch: split and joined, longest slice'],
		...['looks/s', 'CPU: netwatch, its helpers', 'memory', 'event loop held at most'],
	];
	const lines = results.map(({size, own, ss, slices, cost}) => [
		size.toLocaleString('en-US'),
		own.toLocaleString('en-US'),
		`${ms(ss.wallMs)}, ${ms(ss.cpuMs)} ms`,
		`${ms(slices.sumMs)}, ${ms(slices.longestMs)} ms`,
		cost.looksASecond.toFixed(2),
		`${percent(cost.netwatch)}, ${percent(cost.helpers)}`,
		`${(cost.residentBytes / 1e6).toFixed(0)} MB`,
		`${ms(cost.heldMs)} ms`,
	]);
	const command = `npx tsx bench/kernel.ts --sizes ${options.sizes} --seconds ${seconds}`;
	return [`${machine()} \`${command}\``, '', markdownTable(heads, lines)].join('\n');
}
