import {readFileSync, statSync} from 'node:fs';
import {cpus, release, totalmem} from 'node:os';
import {spread} from '../support.ts';
import type {Metric} from './loads.ts';
import type {LoadResult, WayResult} from './rounds.ts';
import {unwatched} from './ways.ts';

/**
 * The results as Markdown: a line on the machine, what each way costs, and what each says that it saw.
 *
 * @param command that repeats the run
 */
export function formatResults(results: readonly LoadResult[], command: string, tookMs: number): string {
	return [
		`${describeMachine()}. \`${command}\` took ${(tookMs / 60_000).toFixed(1)} minutes.`,
		`\`dist/hook.cjs\`: ${(statSync('dist/hook.cjs').size / 1000).toFixed(1)} kB (aim: ≤ 40 kB).`,
		'',
		...results.flatMap(formatLoad),
	].join('\n');
}

/** The first row is as measured, the others are against it. */
function formatLoad({load, ways}: LoadResult): string[] {
	const heads = load.metrics.map(({title, aim}) => (aim === undefined ? title : `${title} (aim: ${aim})`));
	const saw = ways.some(way => way.reported !== null);
	const lines = [
		`### ${load.title[0]?.toUpperCase()}${load.title.slice(1)}`,
		'',
		row(['', ...heads, 'rounds', ...(saw ? ['saw of the server'] : [])]),
		row(['---', ...heads.map(() => '---'), '---:', ...(saw ? ['---'] : [])]),
	];
	for (const way of ways) {
		const cells = load.metrics.map((metric, index) =>
			way.name === unwatched
				? inBrackets(way.values[index] ?? [], metric.format)
				: inBrackets(way.compared[index] ?? [], compared(metric)),
		);
		lines.push(row([way.name, ...cells, String(way.rounds), ...(saw ? [describeReported(way)] : [])]));
	}

	return [...lines, ''];
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

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

function describeMachine(): string {
	const [cpu] = cpus();
	const date = new Date().toLocaleDateString('en-GB', {day: 'numeric', month: 'long', year: 'numeric'});
	const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
	return `${cpus().length} × ${cpu?.model}, ${memory}, Linux ${release()}, Node ${process.version}, ${rivals()}, ${date}`;
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
