/** Applies the chosen columns and their order to the row tables. Pure. */
import type {ListTab} from '../state/basics.ts';
import type {ColumnChoice} from '../state/column-choice.ts';
import type {RowColumn, RowTable} from '../table/cells.ts';
import {connectionTable} from './connections.ts';
import {listenerTable} from './listeners.ts';

export const rowTables: Readonly<Record<ListTab, RowTable>> = {
	connections: connectionTable,
	listeners: listenerTable,
};

export type ArrangedColumn = {column: RowColumn; isEnabled: boolean};

/** All columns of a table in the chosen order, disabled ones included. */
export const arrangeColumns = (table: RowTable, choice: ColumnChoice | null): readonly ArrangedColumn[] => {
	const {order, hidden} = normalizeChoice(table, choice);
	return order.flatMap(id => {
		const column = table.columns.find(one => one.id === id);
		return column ? [{column, isEnabled: !hidden.includes(id)}] : [];
	});
};

/** The table with its enabled columns only; the layout decides how many of them fit. */
export const withChosenColumns = (table: RowTable, choice: ColumnChoice | null): RowTable =>
	choice === null
		? table
		: {
				...table,
				columns: arrangeColumns(table, choice).flatMap(({column, isEnabled}) => (isEnabled ? [column] : [])),
			};

/**
 * Enables or disables a column.
 *
 * @returns null for all columns in their own order; the unchanged choice where no column would be left
 */
export const withColumnToggled = (
	table: RowTable,
	choice: ColumnChoice | null,
	id: string,
): ColumnChoice | null => {
	const {order, hidden} = normalizeChoice(table, choice);
	const next = hidden.includes(id) ? hidden.filter(one => one !== id) : [...hidden, id];
	return hasEnabledColumn(table, {order, hidden: next})
		? nullIfDefault(table, {order, hidden: next})
		: choice;
};

/**
 * Moves a column by a number of places, counted among the columns that this version has.
 *
 * @param by negative to the left
 */
export const withColumnMoved = (
	table: RowTable,
	choice: ColumnChoice | null,
	id: string,
	by: number,
): ColumnChoice | null => {
	const {order, hidden} = normalizeChoice(table, choice);
	const arrangedIds = arrangeColumns(table, choice).map(({column}) => column.id);
	const other = arrangedIds[arrangedIds.indexOf(id) + by];
	if (other === undefined) return choice;
	const rest = order.filter(one => one !== id);
	const index = rest.indexOf(other) + (by > 0 ? 1 : 0);
	return nullIfDefault(table, {order: rest.toSpliced(index, 0, id), hidden});
};

/** Completes a choice: a column that it does not name is added where the table has it, and hidden. */
const normalizeChoice = (table: RowTable, choice: ColumnChoice | null): ColumnChoice => {
	const ids = table.columns.map(({id}) => id);
	if (choice === null || !hasEnabledColumn(table, choice)) return {order: ids, hidden: []};
	const order = [...new Set(choice.order)];
	const hidden = new Set(choice.hidden);
	let lastIndex = -1;
	for (const id of ids) {
		const place = order.indexOf(id);
		if (place >= 0) {
			lastIndex = place;
			continue;
		}
		lastIndex++;
		order.splice(lastIndex, 0, id);
		hidden.add(id);
	}
	return {order, hidden: [...hidden]};
};

/** A choice without a visible column counts as no choice. */
const hasEnabledColumn = ({columns}: RowTable, {order, hidden}: ColumnChoice): boolean =>
	columns.some(({id}) => order.includes(id) && !hidden.includes(id));

const nullIfDefault = ({columns}: RowTable, choice: ColumnChoice): ColumnChoice | null => {
	const {order, hidden} = choice;
	const isDefault =
		hidden.length === 0 &&
		order.length === columns.length &&
		columns.every(({id}, index) => order[index] === id);
	return isDefault ? null : choice;
};
