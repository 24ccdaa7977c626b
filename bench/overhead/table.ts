import {readFileSync, statSync} from 'node:fs';
import {cpus, release, totalmem} from 'node:os';
import {spread} from '../spread.ts';
import type {Metric} from './loads.ts';
import type {LoadResult, WayResult} from './rounds.ts';
import {unwatched} from './ways.ts';

/**
 * All of a run in one table, a row a way, as Markdown, after a few words on the machine.
 *
 * @param command that repeats the run
 */
export function formatOverview(results: readonly LoadResult[], command: string, tookMs: number): string {
	const columns = results.flatMap(({load, ways}) =>
		load.metrics.map((metric, index) => ({
			head: `${load.title}: ${metric.title}`,
			aim: metric.aim ?? '',
			cells: ways.map(way => formatValue(way, metric, index, onlyMedian)),
		})),
	);
	const names = results[0]?.ways.map(({name}) => name) ?? [];
	return [
		...describeMachine(),
		`- \`${command}\` took ${(tookMs / 60_000).toFixed(1)} minutes.`,
		`- \`dist/hook.cjs\`: ${(statSync('dist/hook.cjs').size / 1000).toFixed(1)} kB (aim: ≤ 40 kB).`,
		'',
		row(['', ...columns.map(({head}) => head)]),
		row(['---', ...columns.map(() => '---:')]),
		...names.map((name, index) => row([name, ...columns.map(({cells}) => cells[index] ?? '')])),
		row(['aim', ...columns.map(({aim}) => aim)]),
		'',
	].join('\n');
}

/** One load with quartiles, and what each way says that it saw. The first row is as measured, the others against it. */
export function formatLoad({load, ways}: LoadResult): string {
	const heads = load.metrics.map(({title, aim}) => (aim === undefined ? title : `${title} (aim: ${aim})`));
	const saw = ways.some(way => way.reported !== null);
	const lines = [
		`### ${load.title[0]?.toUpperCase()}${load.title.slice(1)}`,
		'',
		row(['', ...heads, 'rounds', ...(saw ? ['saw of the server'] : [])]),
		row(['---', ...heads.map(() => '---'), '---:', ...(saw ? ['---'] : [])]),
	];
	for (const way of ways) {
		const cells = load.metrics.map((metric, index) => formatValue(way, metric, index, inBrackets));
		lines.push(row([way.name, ...cells, String(way.rounds), ...(saw ? [describeReported(way)] : [])]));
	}

	return [...lines, ''].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

type Summary = (values: readonly number[], format: (value: number) => string) => string;

const formatValue = (way: WayResult, metric: Metric, index: number, summary: Summary): string =>
	way.name === unwatched
		? summary(way.values[index] ?? [], metric.format)
		: summary(way.compared[index] ?? [], compared(metric));

const onlyMedian: Summary = (values, format) => format(spread(values).median);

/** The median, and the quartiles around it where there are several values. */
function inBrackets(values: readonly number[], format: (value: number) => string): string {
	const {median, low, high} = spread(values);
	if (values.length < 2) return format(median);
	return `${format(median)} (${format(low)} … ${format(high)})`;
}

const compared =
	({compare, format}: Metric) =>
	(value: number): string =>
		compare === 'ratio' ? value.toFixed(3) : `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;

function describeReported({reported}: WayResult): string {
	if (reported === null) return '–';
	const {count, unit, dropped} = reported;
	const saw = `${count.toLocaleString('en-US')} ${unit}`;
	if (dropped === undefined) return saw;
	return `${saw}, ${dropped?.toLocaleString('en-US') ?? 'an unknown number'} dropped`;
}

function describeMachine(): string[] {
	const [cpu] = cpus();
	const linux = release().split('.').slice(0, 2).join('.');
	const date = new Date().toLocaleDateString('en-GB', {day: 'numeric', month: 'long', year: 'numeric'});
	const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
	return [
		`- ${cpus().length} × ${cpu?.model}, ${memory}, Linux ${linux}, Node ${process.versions.node}, ${date}.`,
		`- ${rivals()}.`,
	];
}

function rivals(): string {
	const {dependencies} = JSON.parse(readFileSync('bench/rivals/package.json', 'utf8'));
	const http = dependencies['@opentelemetry/instrumentation-http'];
	const net = dependencies['@opentelemetry/instrumentation-net'];
	return `OpenTelemetry's instrumentation-http ${http} and -net ${net}, dd-trace ${dependencies['dd-trace']}`;
}

const begin = '<!-- measured by bench/overhead.ts: begin -->';
const end = '<!-- measured by bench/overhead.ts: end -->';

/** @returns the document with what stands between its two marks replaced */
export function placeResults(document: string, results: string): string {
	const from = document.indexOf(begin);
	const to = document.indexOf(end);
	if (from === -1 || to < from) throw new Error(`the file has no lines ${begin} and ${end}`);
	return `${document.slice(0, from + begin.length)}\n\n${results.trim()}\n\n${document.slice(to)}`;
}
