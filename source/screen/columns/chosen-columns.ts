/** Which columns a person wants to see, in which order. Pure. */
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

/** All columns of a table in the person's order, with those that are off. */
export const arrangeColumns = (table: RowTable, choice: ColumnChoice | null): readonly ArrangedColumn[] => {
	const {order, hidden} = normalizeChoice(table, choice);
	return order.flatMap(id => {
		const column = table.columns.find(one => one.id === id);
		return column ? [{column, isEnabled: !hidden.includes(id)}] : [];
	});
};

/** The table with the chosen columns alone; how many of them have room is the layout's business. */
export const withChosenColumns = (table: RowTable, choice: ColumnChoice | null): RowTable =>
	choice === null
		? table
		: {
				...table,
				columns: arrangeColumns(table, choice).flatMap(({column, isEnabled: on}) => (on ? [column] : [])),
			};

/**
 * Takes a column in or out.
 *
 * @returns null for all columns in their own order; the choice as it was where its last column would go
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
 * Moves a column by so many places among those that this version knows.
 *
 * @param by less than 0 to the left
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

/** Every column of the table has its place: one that the choice does not name stands, off, where it stands by default. */
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
		lastIndex += 1;
		order.splice(lastIndex, 0, id);
		hidden.add(id);
	}
	return {order, hidden: [...hidden]};
};

/** A choice that shows nothing is none. */
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
