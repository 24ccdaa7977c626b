/**
 * The cost of the screen and its latency, at 1,000, 10,000 and 50,000 sockets of which 1 % change each second: the
 * built netwatch in a pseudoterminal of 120×40 over real programs. See docs/measurements.md.
 *
 *     npx tsx bench/screen.ts [--rows 1000,10000,50000] [--seconds 20] [--keys 240] [--quick] [--write docs/measurements.md]
 *
 * Needs root (a network namespace, descriptors), iproute2, and `npm run build` before.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {makePlace, type Place} from './kernel/place.ts';
import {machine, placeSection} from './kernel/text.ts';
import {measureFirstFrame, measureQuiet, measureSize} from './screen/measure.ts';
import {type Report, reportText} from './screen/report.ts';
import {killTerminals} from './screen/terminal.ts';

const {values: options} = parseArgs({
	options: {
		rows: {type: 'string', default: '1000,10000,50000'},
		seconds: {type: 'string', default: '20'},
		keys: {type: 'string', default: '240'},
		quick: {type: 'boolean', default: false},
		write: {type: 'string'},
	},
});
const sizes = options.rows.split(',').map(Number);
const seconds = options.quick ? 5 : Number(options.seconds);
const keys = options.quick ? 60 : Number(options.keys);

const place = makePlace();
const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
const close = async (): Promise<void> => {
	killTerminals();
	await place.close();
	rmSync(directory, {recursive: true, force: true});
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void close().finally(() => process.exit(1)));
}

try {
	const text = [
		`${machine()} \`npx tsx bench/screen.ts --rows ${options.rows} --seconds ${seconds} --keys ${keys}\``,
		'',
		reportText(await measure(place)),
	].join('\n');
	console.log(text);
	if (options.write) {
		const document = readFileSync(options.write, 'utf8');
		writeFileSync(options.write, placeSection(document, 'bench/screen.ts', text));
	}
} finally {
	await close();
}

async function measure(where: Place): Promise<Report> {
	const say = (text: string): void => console.error(`${text} …`);
	say('first frame');
	const firstFrameMs = await measureFirstFrame(options.quick ? 3 : 11);
	say('bytes to the terminal');
	const quiet = await measureQuiet(where, seconds, options.quick);
	const results = [];
	for (const size of sizes) {
		say(`${size} rows`);
		const probe = join(directory, `probe-${size}`);
		results.push(await measureSize(where, {size, seconds, keys, probe}));
	}
	return {firstFrameMs, quiet, sizes: results};
}
