/**
 * Connections shorter than the interval of kernel snapshots: how many of a server's connections have a row, and how
 * many rows have the kernel's last counters of their socket. See docs/measurements.md.
 *
 *     npx tsx bench/kernel-churn.ts [--rates 1000,5000,wrk:1,wrk:32] [--seconds 5] [--write docs/measurements.md]
 *
 * A rate is connections a second; `wrk:1` is one after the other as fast as they go, `wrk:32` as many at once. Needs root (a
 * network namespace), iproute2, wrk, and `npm run build` before.
 */
import {copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {build} from 'esbuild';
import type {Seen} from './kernel/churn-watch.ts';
import {helperSeconds} from './kernel/cost.ts';
import {makePlace} from './kernel/place.ts';
import {machine, markdownTable, placeSection} from './kernel/text.ts';
import {cpuSeconds} from './overhead/proc.ts';
import {sleep} from './overhead/program.ts';
import {plainEnvironment} from './overhead/ways.ts';

const {values: options} = parseArgs({
	options: {
		rates: {type: 'string', default: '1000,5000,wrk:1,wrk:32'},
		seconds: {type: 'string', default: '5'},
		write: {type: 'string'},
	},
});
const seconds = Number(options.seconds);
/** After the start, and after the last connection: what is on its way arrives. */
const settleMs = 2000;

type Result = Seen & {rate: string; connections: number; took: number; netwatch: number; helpers: number};

const place = makePlace();
const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
const watcher = join(directory, 'watch.mjs');
const close = async (): Promise<void> => {
	await place.close();
	rmSync(directory, {recursive: true, force: true});
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void close().finally(() => process.exit(1)));
}

try {
	await buildWatcher();
	place.script('echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range');
	const results: Result[] = [];
	for (const rate of options.rates.split(',')) {
		console.error(`${rate} connections/s …`);
		results.push(await measure(rate));
	}

	const text = format(results);
	console.log(text);
	if (options.write) {
		const document = readFileSync(options.write, 'utf8');
		writeFileSync(options.write, placeSection(document, 'bench/kernel-churn.ts', text));
	}
} finally {
	await close();
}

async function buildWatcher(): Promise<void> {
	await build({
		entryPoints: ['bench/kernel/churn-watch.ts'],
		outfile: watcher,
		...{bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning'},
		banner: {
			js: "import {createRequire} from 'node:module';\nconst require = createRequire(import.meta.url);",
		},
	});
	copyFileSync('dist/hook.cjs', join(directory, 'hook.cjs'));
}

async function measure(rate: string): Promise<Result> {
	const report = join(directory, `report-${rate}`);
	const netwatch = place.start(
		[
			...[process.execPath, watcher, report],
			...[...place.inside, process.execPath, 'bench/kernel/short-server.cjs'],
		],
		{env: plainEnvironment()},
	);
	const [port = '', pid = ''] = (await netwatch.line('port')).split(' ');
	await sleep(settleMs);
	const own = () => cpuSeconds(String(netwatch.pid));
	const helpers = () => helperSeconds(netwatch.pid, Number(pid));
	const before = {at: performance.now(), own: own(), helpers: helpers()};
	await load(rate, port);
	const took = (performance.now() - before.at) / 1000;
	const cpu = {netwatch: (own() - before.own) / took, helpers: (helpers() - before.helpers) / took};
	await sleep(settleMs);
	const shown = netwatch.line('connections');
	await netwatch.end();
	const seen: Seen = JSON.parse(readFileSync(report, 'utf8'));
	for (const notice of seen.notices) console.error(`netwatch: ${notice}`);
	return {rate, took, ...cpu, connections: Number(await shown), ...seen};
}

/** A number is a steady rate, by a client in Node; `wrk:N` is N connections at once by wrk, each as fast as it goes. */
async function load(rate: string, port: string): Promise<void> {
	const [, atOnce] = /^wrk:(\d+)$/.exec(rate) ?? [];
	const wrk = ['wrk', '-t1', `-c${atOnce}`, `-d${seconds}s`, '-H', 'Connection: close'];
	const command =
		atOnce === undefined
			? [process.execPath, 'bench/kernel/short-load.cjs', port, rate, String(seconds)]
			: [...wrk, `http://127.0.0.1:${port}/`];
	const held = place.start([...place.inside, ...command]);
	await held.line(atOnce === undefined ? 'done' : 'Requests/sec:');
	await held.end();
}

function format(results: readonly Result[]): string {
	const share = (part: number, whole: number): string =>
		`${part.toLocaleString('en-US')} (${((part / whole) * 100).toFixed(2)} %)`;
	const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
	const heads = [
		...['asked', 'connections/s', 'connections', 'with a row', 'with the kernel’s last counters'],
		...[
			'with any kernel view',
			'without the peer’s address',
			'joined by',
			'lost on the way',
			'CPU: netwatch, its helpers',
		],
	];
	const lines = results.map(result => [
		Number.isNaN(Number(result.rate)) ? result.rate : `${Number(result.rate).toLocaleString('en-US')}/s`,
		Math.round(result.connections / result.took).toLocaleString('en-US'),
		result.connections.toLocaleString('en-US'),
		share(result.rows, result.connections),
		share(result.final, result.connections),
		share(result.kernel, result.connections),
		result.nameless.toLocaleString('en-US'),
		Object.entries(result.joinedBy)
			.map(([by, count]) => `${by} ${count.toLocaleString('en-US')}`)
			.join(', '),
		result.dropped.toLocaleString('en-US'),
		`${percent(result.netwatch)}, ${percent(result.helpers)}`,
	]);
	const command = `npx tsx bench/kernel-churn.ts --rates ${options.rates} --seconds ${seconds}`;
	return [`${machine()} \`${command}\``, '', markdownTable(heads, lines)].join('\n');
}
