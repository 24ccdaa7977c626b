/**
 * Columns derived from row fields: title, description, sort key and value are the field's, the layout is not.
 */
import {
	type AmountUnit,
	type Field,
	type FieldId,
	type FieldTable,
	fieldOf,
} from '../../domain/fields/index.ts';
import {
	formatAddress,
	formatBytes,
	formatCount,
	formatDuration,
	formatPerSecond,
} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {widthOf} from '../../text/width.ts';
import {type Cell, cell, missingCell, numberCell, type RowColumn} from '../table/cells.ts';

type Format = (value: number) => string;

/** The properties that a column sets itself; the others come from its field. */
export type ColumnLayout = Partial<Omit<RowColumn, 'id'>> & {
	/** The format of a number, where it depends on the row and not on the unit alone. */
	formatOf?: (row: Row) => Format;
	/** Changes the cell that shows the value. */
	adorn?: (cell: Cell, row: Row) => Cell;
};

const formats: Readonly<Record<AmountUnit, Format>> = {
	bytes: formatBytes,
	'bytes/s': formatBytes,
	ms: formatDuration,
	count: formatCount,
	'count/s': formatPerSecond,
};

const isAmount = (field: Field): field is Extract<Field, {unit: AmountUnit}> => field.unit in formats;

/** @returns the column of a field; its cell shows the field's value unless the layout has a `toCell` */
export const columnOf = (field: Field, {formatOf, adorn, ...layout}: ColumnLayout = {}): RowColumn => {
	const {id, title, description, sort} = field;
	return {
		id,
		title,
		description,
		titles: [title],
		minWidth: isAmount(field) ? Math.max(minAmountWidth, widthOf(title)) : widthOf(title),
		align: isAmount(field) ? 'right' : 'left',
		priority: furtherPriority,
		...(sort && {sortKeys: [id]}),
		...('timed' in field && {neverFlashes: true}),
		toCell: (row, {now}) => {
			const shown = valueCell(field, row, {now, format: formatOf?.(row)});
			return adorn ? adorn(shown, row) : shown;
		},
		...layout,
	};
};

/** As `columnOf`, for the field of this id. */
export const fieldColumn = (id: FieldId, layout: ColumnLayout): RowColumn => columnOf(fieldOf(id), layout);

/** @returns the columns, then one for each field that names the table and has no column there yet */
export const withFieldColumns = (
	table: FieldTable,
	columns: readonly RowColumn[],
	fields: readonly Field[],
): readonly RowColumn[] => [
	...columns,
	...fields
		.filter(({id, tables}) => tables?.includes(table) && columns.every(column => column.id !== id))
		.map((field, index) => columnOf(field, {priority: furtherPriority + index})),
];

const minAmountWidth = 5;
/** Columns without a priority of their own are dropped before all others. */
const furtherPriority = 100;

const valueCell = (
	field: Field,
	row: Row,
	{now, format}: {now: number; format: Format | undefined},
): Cell => {
	switch (field.unit) {
		case 'name':
		case 'text':
			return textCell(field.read(row));
		case 'texts':
			return textCell(field.read(row).join(', '));
		case 'number':
			return textCell(field.read(row)?.toString() ?? null);
		case 'numbers':
			return textCell(
				field
					.read(row)
					.filter(one => one !== null)
					.join(', '),
			);
		case 'address': {
			const address = field.read(row);
			return address === null ? missingCell : cell(formatAddress(address));
		}
		default:
			return numberCell(field.read(row, now), format ?? formats[field.unit]);
	}
};

const textCell = (text: string | null): Cell => (text === null || text === '' ? missingCell : cell(text));
