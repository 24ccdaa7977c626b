/** The columns with a sparkline of a row's last seconds. */

import type {Row} from '../../domain/row.ts';
import type {HistorySeries} from '../../domain/view/history.ts';
import {sparkline, sumSeries} from '../charts/sparkline.ts';
import {type Cell, type CellContext, cell, missingCell, type RowColumn} from '../table/cells.ts';

const sparklineCell = (
	row: Row,
	series: readonly HistorySeries[],
	currentValues: readonly (number | null | undefined)[],
	{histories, glyphSet, width}: CellContext,
): Cell => {
	const history = histories.of(row.id);
	// A row without bytes in the last minute has no history: its current values stand for it.
	const values =
		history === null
			? [sumSeries(currentValues.map(value => [value ?? null]))[0] ?? null]
			: sumSeries(series.map(name => history.last(name, width)));
	if (values.every(value => value === null)) return missingCell;
	const hasBytes = values.some(value => value !== null && value > 0);
	return cell(sparkline(values, glyphSet).padStart(width), hasBytes ? 'plain' : 'faint');
};

/** @param priority the column's, see `Column` */
export const flowColumn = (priority: number): RowColumn => ({
	id: 'flow',
	title: 'flow',
	description: 'bytes of the last seconds: ▁ up to 1k, each step four times as much, · none',
	titles: ['in+out', 'flow'],
	minWidth: 6,
	align: 'right',
	priority,
	sortKeys: ['rate'],
	neverFlashes: true,
	toCell: (row, context) => sparklineCell(row, ['in', 'out'], [row.inBps, row.outBps], context),
});

/** @param priority the column's, see `Column` */
export const buffersColumn = (priority: number): RowColumn => ({
	id: 'buffers',
	title: 'buffers',
	description: 'bytes in the buffers of JavaScript and the kernel, drawn as flow is',
	titles: ['buffers', 'buffer'],
	minWidth: 6,
	align: 'right',
	priority,
	neverFlashes: true,
	toCell: (row, context) => {
		const {process, kernel} = row;
		// A listener's queues count connections, not bytes.
		if (kernel?.state === 'LISTEN') return missingCell;
		return sparklineCell(
			row,
			['jsOut', 'jsIn', 'sendQ', 'recvQ'],
			[process?.writableLength, process?.readableLength, kernel?.sendQ, kernel?.recvQ],
			context,
		);
	},
});
