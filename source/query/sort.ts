import {type Field, type FieldTable, fields, type SortKey} from '../domain/fields/index.ts';
import type {Address, Row} from '../domain/row.ts';
import {addressKey} from './filter/address.ts';

export type {SortKey};
export type SortDirection = 'asc' | 'desc';

/** The sort value; null for not observed. `now` in ms since the epoch. */
type SortValue = (row: Row, now: number) => number | string | null;

type SortColumn = {
	id: string;
	/** Former names of it. */
	aliases: readonly string[];
	title: string;
	/** The default direction. */
	direction: SortDirection;
	/** The tables that offer this key. */
	tables: readonly FieldTable[];
	/** The order changes with time, even of unchanged rows. */
	isTimed: boolean;
	value: SortValue;
};

/** Order of the picker. Fields missing here come last. */
const pickerKeys: readonly SortKey[] = [
	...(['process', 'role', 'kind', 'stage', 'severity', 'local', 'peer', 'host', 'state'] as const),
	...(['jsout', 'jsin', 'sendq', 'recvq', 'drops', 'queuemax', 'halfopen', 'accepted'] as const),
	...(['received', 'sent', 'rate', 'rtt', 'route', 'idle', 'age', 'opened'] as const),
];
const pickerOrder: readonly string[] = pickerKeys;

/** @returns the sort keys of these fields, in the order of the picker */
export const sortColumnsOf = (list: readonly Field[]): readonly SortColumn[] =>
	list
		.flatMap(field => {
			const {id, aliases = [], sort} = field;
			if (sort === undefined) return [];
			const {title = field.title, direction, tables = field.tables ?? []} = sort;
			return [{id, aliases, title, direction, tables, isTimed: 'timed' in field, value: sortValueOf(field)}];
		})
		.sort((one, other) => pickerPlace(one.id) - pickerPlace(other.id));

const pickerPlace = (id: string): number => {
	const place = pickerOrder.indexOf(id);
	return place < 0 ? pickerOrder.length : place;
};

const sortValueOf = (field: Field): SortValue => {
	if (field.sort?.read) return field.sort.read;
	switch (field.unit) {
		case 'address':
			return row => cachedAddressOrder(field.read(row));
		case 'text':
			return row => field.read(row)?.toLowerCase() ?? null;
		case 'name': {
			const {names, read} = field;
			if (!field.sort?.byRank) return read;
			return row => {
				const name = read(row);
				return name === null ? null : names.indexOf(name);
			};
		}
		case 'texts':
		case 'numbers':
			return () => null;
		default:
			return field.read;
	}
};

const columns = sortColumnsOf(fields);

const byName: ReadonlyMap<string, SortColumn> = new Map(
	columns.flatMap(column => [column.id, ...column.aliases].map(name => [name, column] as const)),
);

const isSortKey = (column: SortColumn): column is SortColumn & {id: SortKey} =>
	byName.get(column.id) === column;

/** All sort keys, in the order of the picker. */
export const sortKeys = columns.filter(isSortKey);

/** A row with its sort value; null for not observed. */
export type KeyedRow = {readonly row: Row; value: number | string | null};

/**
 * @param key a sort key, or a former name of it
 * @returns a row's sort value; `now` in ms since the epoch, for `age` and `idle`
 */
export const sortValue = (key: string): SortValue => {
	const value = byName.get(key)?.value;
	return (row, now) => observed(value?.(row, now));
};

/** Whether the order changes with time, even of unchanged rows. */
export const isTimedSort = (key: SortKey): boolean => byName.get(key)?.isTimed === true;

/**
 * Orders two rows by their values. Ties break the same way in both directions: by opening time, then by id.
 * Values that were not observed come last in both directions.
 */
export const compareKeyed = (direction: SortDirection): ((one: KeyedRow, other: KeyedRow) => number) => {
	const sign = direction === 'asc' ? 1 : -1;
	return (one, other) => {
		if (one.value !== null && other.value !== null) {
			if (one.value < other.value) {
				return -sign;
			}
			if (one.value > other.value) {
				return sign;
			}
		} else if (one.value !== other.value) {
			return one.value === null ? 1 : -1;
		}
		return one.row.openedAt - other.row.openedAt || compareIds(one.row.id, other.row.id);
	};
};

const observed = (value: number | string | null | undefined): number | string | null =>
	value === undefined || Number.isNaN(value) ? null : value;

/** Ids in natural order: `1.0.9` comes before `1.0.12`, `1.…` before `k.…`. */
const compareIds = (one: string, other: string): number => {
	let left = 0;
	let right = 0;
	while (left < one.length && right < other.length) {
		const leftEnd = digitsEnd(one, left);
		const rightEnd = digitsEnd(other, right);
		if (leftEnd === left || rightEnd === right) {
			const difference = one.charCodeAt(left) - other.charCodeAt(right);
			if (difference !== 0) {
				return difference;
			}
			left++;
			right++;
			continue;
		}
		const leftNumber = Number(one.slice(left, leftEnd));
		const rightNumber = Number(other.slice(right, rightEnd));
		if (leftNumber !== rightNumber) {
			return leftNumber < rightNumber ? -1 : 1;
		}
		left = leftEnd;
		right = rightEnd;
	}
	// "01" and "1" are the same number, not the same id.
	return one.length - left - (other.length - right) || (one < other ? -1 : one === other ? 0 : 1);
};

const digitsEnd = (text: string, start: number): number => {
	let end = start;
	while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) {
		end++;
	}
	return end;
};

/** Cache: addresses are many, immutable, and slow to convert to text that sorts numerically. */
const addressOrders = new WeakMap<Address, string>();

// By address, then by port, as numbers: IPv4, IPv6, then the paths.
const cachedAddressOrder = (address: Address | null): string | null => {
	if (address === null) {
		return null;
	}
	const order = addressOrders.get(address) ?? orderOf(address);
	addressOrders.set(address, order);
	return order;
};

const orderOf = (address: Address): string => {
	if ('path' in address) {
		return `8${address.path}`;
	}
	const port = address.port.toString(16).padStart(4, '0');
	return `${addressKey(address.address) ?? `7${address.address}`}${port}`;
};
