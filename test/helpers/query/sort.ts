import type {Row} from '../../../source/domain/row.ts';
import {
	compareKeyed,
	type KeyedRow,
	type SortDirection,
	type SortKey,
	sortValue,
} from '../../../source/query/sort.ts';

/** Rows in the order of a column, each value made once. @param now milliseconds since the epoch */
export const sortRows = (
	rows: readonly Row[],
	key: SortKey,
	direction: SortDirection,
	now: number,
): Row[] => {
	const toValue = sortValue(key);
	const keyed: KeyedRow[] = rows.map(row => ({row, value: toValue(row, now)}));
	return keyed.sort(compareKeyed(direction)).map(({row}) => row);
};
