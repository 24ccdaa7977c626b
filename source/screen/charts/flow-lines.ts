/** A row's bytes and buffers over the last minute: a sparkline each, with scales of their own. Pure. */
import {formatBytes} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {type HistorySeries, historySeconds, type RowHistory} from '../../domain/view/history.ts';
import {fitWidth} from '../../text/width.ts';
import type {Line} from '../lines/segments.ts';
import {type GlyphSet, scaledSparkline} from './sparkline.ts';

const seriesShown: readonly {id: HistorySeries; name: string}[] = [
	{id: 'in', name: 'in/s'},
	{id: 'out', name: 'out/s'},
	{id: 'jsOut', name: 'js out'},
	{id: 'jsIn', name: 'js in'},
	{id: 'sendQ', name: 'Send-Q'},
	{id: 'recvQ', name: 'Recv-Q'},
];

const nameWidth = 8;
const currentWidth = 7;
/** "149k of 64k" */
const maximumWidth = 13;

/**
 * @param history null where the row had no bytes in the last minute
 * @param width cells of a line, at least 40
 * @returns titles and a line for each series that was above zero; none where no series was
 */
export const historyLines = (
	{process}: Row,
	history: RowHistory | null,
	{ink: glyphSet, width}: {ink: GlyphSet; width: number},
): Line[] => {
	if (history === null) return [];
	const seconds = Math.min(historySeconds, width - 2 - nameWidth - currentWidth - maximumWidth);
	const shown = seriesShown
		.map(one => ({...one, values: history.last(one.id, seconds)}))
		.filter(({values}) => values.some(value => value !== null && value > 0));
	if (shown.length === 0) return [];
	const scales = seconds > 30 ? ', each by its own scale' : '';
	return [
		[
			{text: fitWidth(` last ${seconds} s${scales}`, 1 + nameWidth + seconds), tone: 'faint'},
			{text: 'now'.padStart(currentWidth) + 'most'.padStart(maximumWidth), tone: 'faint'},
		],
		...shown.map(({id, name, values}): Line => {
			// Above it write() returns false.
			const threshold = id === 'jsOut' ? (process?.writableHighWaterMark ?? null) : null;
			const maximum = Math.max(...values.map(value => value ?? 0));
			const isOverThreshold = threshold !== null && maximum >= threshold;
			return [
				{text: ` ${name.padEnd(nameWidth)}`, tone: 'faint'},
				...scaledSparkline(values, {ink: glyphSet, mark: threshold, over: 'waiting'}),
				{text: formatBytes(values.at(-1) ?? null).padStart(currentWidth)},
				{
					text: `${formatBytes(maximum)}${threshold === null ? '' : ` of ${formatBytes(threshold)}`}`.padStart(
						maximumWidth,
					),
					tone: isOverThreshold ? 'waiting' : 'plain',
				},
			];
		}),
	];
};
