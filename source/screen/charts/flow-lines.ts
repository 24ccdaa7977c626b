/** What a row's bytes and buffers did in the last minute, a line each, by scales of their own. Pure. */
import {formatBytes} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {type HistorySeries, historySeconds, type RowHistory} from '../../domain/view/history.ts';
import {fitTo} from '../../text/width.ts';
import type {Line} from '../lines/segments.ts';
import {type Ink, ownSparkline} from './sparkline.ts';

const series: readonly {id: HistorySeries; name: string}[] = [
	{id: 'in', name: 'in/s'},
	{id: 'out', name: 'out/s'},
	{id: 'jsOut', name: 'js out'},
	{id: 'jsIn', name: 'js in'},
	{id: 'sendQ', name: 'Send-Q'},
	{id: 'recvQ', name: 'Recv-Q'},
];

const nameWidth = 8;
const nowWidth = 7;
/** "149k of 64k" */
const mostWidth = 13;

/**
 * @param history null where it has had no bytes in the last minute
 * @param width cells of a line, at least 40
 * @returns titles and a line for each of them that was more than nothing; none where none was
 */
export const flowLines = (
	{process}: Row,
	history: RowHistory | null,
	{ink, width}: {ink: Ink; width: number},
): Line[] => {
	if (history === null) return [];
	const seconds = Math.min(historySeconds, width - 2 - nameWidth - nowWidth - mostWidth);
	const shown = series
		.map(one => ({...one, values: history.last(one.id, seconds)}))
		.filter(({values}) => values.some(value => value !== null && value > 0));
	if (shown.length === 0) return [];
	const scales = seconds > 30 ? ', each by its own scale' : '';
	return [
		[
			{text: fitTo(` last ${seconds} s${scales}`, 1 + nameWidth + seconds), tone: 'faint'},
			{text: 'now'.padStart(nowWidth) + 'most'.padStart(mostWidth), tone: 'faint'},
		],
		...shown.map(({id, name, values}): Line => {
			// Above it write() returns false.
			const mark = id === 'jsOut' ? (process?.writableHighWaterMark ?? null) : null;
			const most = Math.max(...values.map(value => value ?? 0));
			const isOver = mark !== null && most >= mark;
			return [
				{text: ` ${name.padEnd(nameWidth)}`, tone: 'faint'},
				...ownSparkline(values, {ink, mark, over: 'waiting'}),
				{text: formatBytes(values.at(-1) ?? null).padStart(nowWidth)},
				{
					text: `${formatBytes(most)}${mark === null ? '' : ` of ${formatBytes(mark)}`}`.padStart(mostWidth),
					tone: isOver ? 'waiting' : 'plain',
				},
			];
		}),
	];
};
