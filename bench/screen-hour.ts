/**
 * Whether netwatch's memory stays flat under connections that come and go: the built netwatch in a pseudoterminal over a
 * server that is asked so many times a second, each time on a connection of its own. See docs/measurements.md.
 *
 *     npx tsx bench/screen-hour.ts [--minutes 8] [--rate 1000] [--write docs/measurements.md]
 *
 * An hour is `--minutes 60`. Needs root (a network namespace), iproute2, and `npm run build` before.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {makePlace, type Place} from './kernel/place.ts';
import {machine, markdownTable, placeSection} from './kernel/text.ts';
import {cpuSeconds, residentBytes} from './overhead/proc.ts';
import {sleep} from './overhead/program.ts';
import {lineThrough} from './screen/line-through.ts';
import {helperBytes, targetOf} from './screen/processes.ts';
import {killTerminals, type Watched, watch} from './screen/terminal.ts';

const {values: options} = parseArgs({
	options: {
		minutes: {type: 'string', default: '8'},
		rate: {type: 'string', default: '1000'},
		write: {type: 'string'},
	},
});
const minutes = Number(options.minutes);
const rate = Number(options.rate);
const everyMs = 10_000;
/** Until tables and heap have their size: from then on it is to be flat. Of a short run, the first half. */
const warmMinutes = Math.min(5, minutes / 2);
const program = 'bench/kernel/short-server.cjs';

type Sample = {minute: number; netwatch: number; helpers: number};

const place = makePlace();
const close = async (): Promise<void> => {
	killTerminals();
	await place.close();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void close().finally(() => process.exit(1)));
}

try {
	place.script('echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range');
	const text = await measure(place);
	console.log(text);
	if (options.write) {
		const document = readFileSync(options.write, 'utf8');
		writeFileSync(options.write, placeSection(document, 'bench/screen-hour.ts', text));
	}
} finally {
	await close();
}

async function measure(where: Place): Promise<string> {
	const watched = watch([...where.inside, process.execPath, program]);
	const port = await listeningPort(watched);
	const load = where.start([
		...[...where.inside, process.execPath, 'bench/kernel/short-load.cjs'],
		...[port, String(rate), String(minutes * 60)],
	]);
	const done = load.line('done', (minutes + 1) * 60_000);
	// It may reject long before it is awaited.
	done.catch(() => {});
	const target = targetOf(watched.pid, program);
	const begun = performance.now();
	const cpuBefore = cpuSeconds(String(watched.pid));
	const samples: Sample[] = [];
	const minute = (): number => (performance.now() - begun) / 60_000;
	while (minute() < minutes) {
		await sleep(Math.min(everyMs, Math.max(0, minutes - minute()) * 60_000));
		samples.push({
			minute: minute(),
			netwatch: residentBytes(String(watched.pid)) / 1e6,
			helpers: helperBytes(watched.pid, target) / 1e6,
		});
		console.error(samples.at(-1));
	}
	const cpu = (cpuSeconds(String(watched.pid)) - cpuBefore) / ((performance.now() - begun) / 1000);
	const answered = Number(await done);
	await load.end();
	await watched.end();
	return report(samples, answered, cpu);
}

/** Its listener is the first row that is shown. */
async function listeningPort(watched: Watched): Promise<string> {
	const port = (): string | undefined =>
		watched
			.screen()
			.map(line => / listening .* (\d+) ?•/.exec(line)?.[1])
			.find(found => found !== undefined);
	await watched.until(() => port() !== undefined, 'the listener');
	return port() ?? '';
}

function report(samples: readonly Sample[], answered: number, cpu: number): string {
	const warm = samples.filter(sample => sample.minute >= warmMinutes);
	const most = (of: keyof Sample, among = samples): string =>
		Math.max(...among.map(sample => sample[of])).toFixed(0);
	const slope = lineThrough(warm.map(({minute, netwatch}) => [minute, netwatch])).slope;
	const heads = [
		...[
			'minutes',
			'connections/s',
			'answered',
			'CPU of netwatch',
			`memory at most, first ${warmMinutes} min`,
		],
		...['after them', 'its slope', 'helpers at most'],
	];
	const cells = [
		...[String(minutes), String(rate), answered.toLocaleString('en-US'), `${(cpu * 100).toFixed(0)} %`],
		`${most('netwatch', samples.slice(0, samples.length - warm.length))} MB`,
		`${most('netwatch', warm)} MB`,
		`${slope.toFixed(2)} MB a minute`,
		`${most('helpers')} MB`,
	];
	const command = `npx tsx bench/screen-hour.ts --minutes ${minutes} --rate ${rate}`;
	return [`${machine()} \`${command}\``, '', markdownTable(heads, [cells])].join('\n');
}
