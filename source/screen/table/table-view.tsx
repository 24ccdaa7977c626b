/** A table: titles, and one line per row. Ink's table components are too slow for constant changes. */
import {Box, Text} from 'ink';
import {memo, type ReactNode, useContext} from 'react';
import {sanitize} from '../../text/sanitize.ts';
import {fitWidth} from '../../text/width.ts';
import {ToneStylesContext} from '../theme/theme.ts';
import type {Cell} from './cells.ts';
import {type Layout, markerWidth, type PlacedColumn} from './layout.ts';
import {isSameCells, isSameLayout} from './same-table.ts';
import {cellRuns, mergeSpannedColumns, type Table} from './table.ts';

export const TableView = ({table: {layout, titles, rows}}: {table: Table}): ReactNode => (
	<>
		<RowLine layout={layout} cells={titles} />
		{rows.map(row =>
			row.selected ? (
				<SelectedLine key={row.id} layout={layout} cells={row.cells} />
			) : (
				<RowLine key={row.id} layout={layout} cells={row.cells} />
			),
		)}
	</>
);

type RowProps = {layout: Layout; cells: readonly Cell[]};

const isSameRow = (one: RowProps, other: RowProps): boolean =>
	isSameLayout(one.layout, other.layout) && isSameCells(one.cells, other.cells);

/** Bold: visible without colours, too. */
const flashStyle = {bold: true};

/** One box per run of cells keeps the run's position, so that no padding is drawn. */
const RowLine = memo(({layout, cells}: RowProps): ReactNode => {
	const toneStyles = useContext(ToneStylesContext);
	return (
		<Box height={1} flexShrink={0} paddingLeft={markerWidth}>
			{cellRuns(layout, cells).map(({id, text, tone, flashes, width}) => (
				<Box key={id} width={width} flexShrink={0}>
					{text === '' ? null : (
						<Text wrap="truncate-end" {...toneStyles[tone]} {...(flashes && flashStyle)}>
							{sanitize(text)}
						</Text>
					)}
				</Box>
			))}
		</Box>
	);
}, isSameRow);

/** Reversed over the whole width, with a mark that is visible without any style. */
const SelectedLine = memo(({layout, cells}: RowProps): ReactNode => {
	const toneStyles = useContext(ToneStylesContext);
	const text = mergeSpannedColumns(layout, cells)
		.map((placed, index) => paddedCell(placed, cells[index]?.text ?? ''))
		.join('');
	return (
		<Box height={1} flexShrink={0}>
			<Text wrap="truncate-end" {...toneStyles.chosen}>
				{sanitize(`▸${text}`)}
			</Text>
		</Box>
	);
}, isSameRow);

const paddedCell = ({column: {align}, width, gap}: PlacedColumn, text: string): string =>
	fitWidth(text, width, align) + ' '.repeat(gap);
