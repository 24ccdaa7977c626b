/**
 * Connections that live shorter than any look at the kernel's table: how many of a server's connections have a row, and how
 * many rows have the kernel's last counters of their socket. See docs/measurements.md.
 *
 *     npx tsx bench/kernel-churn.ts [--rates 1000,max] [--seconds 5] [--write docs/measurements.md]
 *
 * Needs root (a network namespace), iproute2, `npm run build` before, and wrk for the rate `max`: as many as the machine gives.
 */
import {createReadStream, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {parseArgs} from 'node:util';
import {helperSeconds} from './kernel/cost.ts';
import {makePlace} from './kernel/place.ts';
import {machine, markdownTable, placeSection} from './kernel/text.ts';
import {cpuSeconds} from './overhead/proc.ts';
import {sleep} from './overhead/program.ts';
import {plainEnvironment} from './overhead/ways.ts';

const {values: options} = parseArgs({
	options: {
		rates: {type: 'string', default: '1000,max'},
		seconds: {type: 'string', default: '5'},
		write: {type: 'string'},
	},
});
const seconds = Number(options.seconds);
/** After the start, and after the last connection: what is on its way arrives. */
const settleMs = 2000;

type Seen = {
	rows: number;
	/** With the counters that the kernel told at the socket's end. */
	final: number;
	/** With a kernel's view of any kind. */
	kernel: number;
	joinedBy: Map<string, number>;
	/** What netwatch says that it lost. */
	dropped: number;
};

type Result = Seen & {rate: string; connections: number; took: number; netwatch: number; helpers: number};

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

async function measure(rate: string): Promise<Result> {
	const records = join(directory, `records-${rate}`);
	const netwatch = place.start(
		[
			...[process.execPath, 'dist/cli.js', '--json', '--'],
			...[...place.inside, process.execPath, 'bench/kernel/short-server.cjs'],
		],
		// Records go to a file: who reads them would take its share of the cores.
		{env: plainEnvironment(), stdout: openSync(records, 'w')},
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
	const told = netwatch.line('connections');
	await netwatch.end();
	return {rate, took, ...cpu, connections: Number(await told), ...(await readRecords(records))};
}

async function load(rate: string, port: string): Promise<void> {
	const command =
		rate === 'max'
			? ['wrk', '-t1', '-c32', `-d${seconds}s`, '-H', 'Connection: close', `http://127.0.0.1:${port}/`]
			: [process.execPath, 'bench/kernel/short-load.cjs', port, rate, String(seconds)];
	const held = place.start([...place.inside, ...command]);
	await held.line(rate === 'max' ? 'Requests/sec:' : 'done');
	await held.end();
}

type RowLine = {
	id: string;
	role: string | null;
	joinedBy: string | null;
	kernel: {final?: boolean} | null;
};

async function readRecords(file: string): Promise<Seen> {
	const last = new Map<string, RowLine>();
	let dropped = 0;
	for await (const line of createInterface({input: createReadStream(file)})) {
		if (line.startsWith('{"type":"summary"')) dropped = JSON.parse(line).dropped;
		if (!line.startsWith('{"type":"row"')) continue;
		const {id, role, joinedBy, kernel}: RowLine = JSON.parse(line);
		// Rows of the kernel alone are not the program's.
		if (role === 'server' && !id.startsWith('k.')) last.set(id, {id, role, joinedBy, kernel});
	}

	const joinedBy = new Map<string, number>();
	const rows = [...last.values()];
	for (const row of rows) {
		const by = row.joinedBy ?? 'nothing';
		joinedBy.set(by, (joinedBy.get(by) ?? 0) + 1);
	}

	const final = rows.filter(({kernel}) => kernel?.final === true).length;
	return {
		rows: rows.length,
		final,
		kernel: rows.filter(row => row.kernel !== null).length,
		joinedBy,
		dropped,
	};
}

function format(results: readonly Result[]): string {
	const share = (part: number, whole: number): string =>
		`${part.toLocaleString('en-US')} (${((part / whole) * 100).toFixed(2)} %)`;
	const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
	const heads = [
		...['asked', 'connections/s', 'connections', 'with a row', 'with the kernel’s last counters'],
		...['with any kernel view', 'joined by', 'lost on the way', 'CPU: netwatch, its helpers'],
	];
	const lines = results.map(result => [
		result.rate === 'max' ? 'as many as go' : `${Number(result.rate).toLocaleString('en-US')}/s`,
		Math.round(result.connections / result.took).toLocaleString('en-US'),
		result.connections.toLocaleString('en-US'),
		share(result.rows, result.connections),
		share(result.final, result.connections),
		share(result.kernel, result.connections),
		[...result.joinedBy].map(([by, count]) => `${by} ${count.toLocaleString('en-US')}`).join(', '),
		result.dropped.toLocaleString('en-US'),
		`${percent(result.netwatch)}, ${percent(result.helpers)}`,
	]);
	const command = `npx tsx bench/kernel-churn.ts --rates ${options.rates} --seconds ${seconds}`;
	return [`${machine()} \`${command}\``, '', markdownTable(heads, lines)].join('\n');
}
