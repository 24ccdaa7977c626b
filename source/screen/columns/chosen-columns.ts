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

export type Arranged = {column: RowColumn; on: boolean};

/** All columns of a table in the person's order, with those that are off. */
export const arranged = (table: RowTable, choice: ColumnChoice | null): readonly Arranged[] => {
	const {order, hidden} = whole(table, choice);
	return order.flatMap(id => {
		const column = table.columns.find(one => one.id === id);
		return column ? [{column, on: !hidden.includes(id)}] : [];
	});
};

/** The table with the chosen columns alone; how many of them have room is the layout's business. */
export const chosenTable = (table: RowTable, choice: ColumnChoice | null): RowTable =>
	choice === null
		? table
		: {...table, columns: arranged(table, choice).flatMap(({column, on}) => (on ? [column] : []))};

/**
 * Takes a column in or out.
 *
 * @returns null for all columns in their own order; the choice as it was where its last column would go
 */
export const toggled = (table: RowTable, choice: ColumnChoice | null, id: string): ColumnChoice | null => {
	const {order, hidden} = whole(table, choice);
	const next = hidden.includes(id) ? hidden.filter(one => one !== id) : [...hidden, id];
	return isAnyOn(table, {order, hidden: next}) ? simplest(table, {order, hidden: next}) : choice;
};

/**
 * Moves a column by so many places among those that this version knows.
 *
 * @param by less than 0 to the left
 */
export const moved = (
	table: RowTable,
	choice: ColumnChoice | null,
	id: string,
	by: number,
): ColumnChoice | null => {
	const {order, hidden} = whole(table, choice);
	const known = arranged(table, choice).map(({column}) => column.id);
	const other = known[known.indexOf(id) + by];
	if (other === undefined) return choice;
	const rest = order.filter(one => one !== id);
	const place = rest.indexOf(other) + (by > 0 ? 1 : 0);
	return simplest(table, {order: rest.toSpliced(place, 0, id), hidden});
};

/** Every column of the table has its place: one that the choice does not name stands, off, where it stands by default. */
const whole = (table: RowTable, choice: ColumnChoice | null): ColumnChoice => {
	const ids = table.columns.map(({id}) => id);
	if (choice === null || !isAnyOn(table, choice)) return {order: ids, hidden: []};
	const order = [...new Set(choice.order)];
	const hidden = new Set(choice.hidden);
	let before = -1;
	for (const id of ids) {
		const place = order.indexOf(id);
		if (place >= 0) {
			before = place;
			continue;
		}
		before += 1;
		order.splice(before, 0, id);
		hidden.add(id);
	}
	return {order, hidden: [...hidden]};
};

/** A choice that shows nothing is none. */
const isAnyOn = ({columns}: RowTable, {order, hidden}: ColumnChoice): boolean =>
	columns.some(({id}) => order.includes(id) && !hidden.includes(id));

const simplest = ({columns}: RowTable, choice: ColumnChoice): ColumnChoice | null => {
	const {order, hidden} = choice;
	const isDefault =
		hidden.length === 0 &&
		order.length === columns.length &&
		columns.every(({id}, index) => order[index] === id);
	return isDefault ? null : choice;
};
