/** The measurements as Markdown. */
import {markdownTable} from '../kernel/text.ts';
import {describeSpread, spread} from '../spread.ts';
import type {Latency} from './latency.ts';
import type {QuietResult, SizeResult} from './measure.ts';

export type Report = {
	firstFrameMs: readonly number[];
	quiet: QuietResult;
	sizes: readonly SizeResult[];
};

/** @returns a table with a line a size, one with a line a kind of key, and a sentence of what has no size */
export const reportText = ({firstFrameMs, quiet, sizes}: Report): string =>
	[
		sizeTable(sizes),
		'',
		keyTable(sizes),
		'',
		`First frame after ${describeSpread(firstFrameMs, 0)} ms. Bytes to the terminal, with 38 rows that age: ` +
			`${whole(quiet.changing)} a second where 20 of them change, ${whole(quiet.paused)} while the picture is paused` +
			`${quiet.still === null ? '' : `, ${whole(quiet.still)} where nothing changes`}.`,
	].join('\n');

const sizeTable = (sizes: readonly SizeResult[]): string =>
	markdownTable(
		[
			...['rows', 'CPU: netwatch, its helpers', 'memory: netwatch, its helpers', 'bytes/s', 'a look read'],
			...[
				'key to screen: median',
				'99th percentile',
				'at most',
				'event loop held at most: without, with keys',
			],
		],
		sizes.map(result => {
			const {median, late, most} = summary(result.keys);
			return [
				result.size.toLocaleString('en-US'),
				`${percent(result.netwatch)}, ${percent(result.helpers)}`,
				`${megabytes(result.residentBytes)}, ${megabytes(result.helperBytes)} MB`,
				whole(result.bytesASecond),
				`${whole(result.parseMs)} ms`,
				...[median, late, most].map(ms => `${whole(ms)} ms`),
				`${whole(result.heldMs)}, ${whole(result.heldWithKeysMs)} ms`,
			];
		}),
	);

const keyTable = (sizes: readonly SizeResult[]): string => {
	const kinds = [...new Set(sizes.flatMap(({keys}) => keys.map(({kind}) => kind)))];
	return markdownTable(
		['rows', ...kinds.map(kind => `${kind}: median, 99th percentile`)],
		sizes.map(({size, keys}) => [
			size.toLocaleString('en-US'),
			...kinds.map(kind => {
				const {median, late} = summary(keys.filter(key => key.kind === kind));
				return `${whole(median)}, ${whole(late)} ms`;
			}),
		]),
	);
};

const summary = (keys: readonly Latency[]): {median: number; late: number; most: number} => {
	const sorted = keys.map(({ms}) => ms).sort((one, other) => one - other);
	const late = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
	return {median: spread(sorted).median, late, most: sorted.at(-1) ?? Number.NaN};
};

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const megabytes = (bytes: number): string => whole(bytes / 1e6);
