/**
 * The description of a row's field, as data. Columns, sort keys, filter words and their documentation derive
 * from it. Pure.
 */
import type {Address, Row} from '../row.ts';

/** The tables of rows. */
export type FieldTable = 'connections' | 'listeners';

type FieldBase = {
	/** The name of its column, sort key and filter word: lower-case letters only. */
	id: string;
	/** Other names that filters and orders understand. */
	aliases?: readonly string[];
	/** Ids of its column in settings files of earlier versions. */
	formerColumnIds?: readonly string[];
	/** A short name, for headings and lists of columns. */
	title: string;
	/** One line of help: the value's meaning. */
	description: string;
	/** The tables that have a column of it. */
	tables?: readonly FieldTable[];
	/** Its name for an output of metrics, of which there is none yet, by the conventions of Prometheus: base units, and `_total` for counters. */
	metric?: string;
};

/** How rows are sorted by a field. */
export type FieldSort = {
	/** The default direction. */
	direction: 'asc' | 'desc';
	/** The title in the sort picker, where it differs from the field's. */
	title?: string;
	/** The tables that offer this sort key, where they are not those with its column. */
	tables?: readonly FieldTable[];
	/** The sort value, where it differs from the field's value. */
	read?: (row: Row) => number | string | null;
};

export type FieldFilter = {
	/** An example filter with the word. */
	example: string;
	/** The value that the word matches, where the description does not name it. */
	matches?: string;
};

/** A filter word for whole numbers: lists, ranges, comparisons. */
export type NumberFilter = FieldFilter & {
	/** The largest valid number. */
	max: number;
	/** The noun for a value in an error message, where it is not the field's id. */
	noun?: string;
	/** The example in an error message, where it is not the field's. */
	shown?: string;
};

export type AmountUnit = 'bytes' | 'bytes/s' | 'ms' | 'count' | 'count/s';

/**
 * A field by the unit of its value. `read` returns the value of a row, null where it was not observed; `now`
 * in ms since the epoch.
 */
export type Field = FieldBase &
	(
		| {
				unit: AmountUnit;
				read: (row: Row, now: number) => number | null;
				/** The value changes with time, even where the row does not. */
				timed?: true;
				sort?: FieldSort;
				filter?: FieldFilter;
		  }
		/** One of a list of names. */
		| {
				unit: 'name';
				names: readonly string[];
				read: (row: Row) => string | null;
				/** `byRank`: sorted by position in the list instead of alphabetically. */
				sort?: FieldSort & {byRank?: true};
				/** `compares`: `>=` and the like compare positions in the list. */
				filter?: FieldFilter & {compares?: true};
		  }
		| {unit: 'text'; read: (row: Row) => string | null; sort?: FieldSort; filter?: FieldFilter}
		/** Several values at a time: they have no order. */
		| {unit: 'texts'; read: (row: Row) => readonly string[]; sort?: never; filter?: FieldFilter}
		/** A number that is an identifier, not a measurement. */
		| {unit: 'number'; read: (row: Row) => number | null; sort?: FieldSort; filter?: NumberFilter}
		| {unit: 'numbers'; read: (row: Row) => readonly (number | null)[]; sort?: never; filter?: NumberFilter}
		| {
				unit: 'address';
				read: (row: Row) => Address | null;
				/** The host name, which filters match, too. */
				readHost?: (row: Row) => string | null;
				sort?: FieldSort;
				filter?: FieldFilter;
		  }
	);
