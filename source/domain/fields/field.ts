/**
 * What a field of a row is, as data. Columns, sort keys, words of the filter language and their documentation are made
 * from it. Pure.
 */
import type {Address, Row} from '../row.ts';

/** The tables of rows. */
export type FieldTable = 'connections' | 'listeners';

type FieldBase = {
	/** The name of its column, of its sort key and of its word in filters: small letters alone. */
	id: string;
	/** Other names that filters and orders understand. */
	aliases?: readonly string[];
	/** Ids of its column in settings that an earlier netwatch has written. */
	formerColumnIds?: readonly string[];
	/** A short name, for headings and lists of columns. */
	title: string;
	/** What it shows, in a line. */
	description: string;
	/** The tables that have a column of it. */
	tables?: readonly FieldTable[];
	/** Its name as a metric, by the conventions of Prometheus: base units, and `_total` for what only grows. */
	metric?: string;
};

/** How rows are put in the order of a field. */
export type FieldSort = {
	/** The direction that is most often wanted first. */
	direction: 'asc' | 'desc';
	/** What the picker calls it, where that is not the field's title. */
	title?: string;
	/** The tables that can be put in this order, where those are not the tables that have its column. */
	tables?: readonly FieldTable[];
	/** What is compared, where that is not the value. */
	read?: (row: Row) => number | string | null;
};

export type FieldFilter = {
	/** A filter that uses the word. */
	example: string;
	/** What the word looks at, where the description does not say it. */
	matches?: string;
};

/** A word of whole numbers: lists, ranges, comparisons. */
export type NumberFilter = FieldFilter & {
	/** The largest that there can be. */
	max: number;
	/** What a value is called in a refusal, where that is not the field's id. */
	noun?: string;
	/** What is shown with a refusal, where that is not the example. */
	shown?: string;
};

export type AmountUnit = 'bytes' | 'bytes/s' | 'ms' | 'count' | 'count/s';

/**
 * A field by the unit of its value. `read` tells the value of a row, null where it was not observed; `now` in ms since
 * the epoch.
 */
export type Field = FieldBase &
	(
		| {
				unit: AmountUnit;
				read: (row: Row, now: number) => number | null;
				/** It changes as time passes, although the row does not. */
				timed?: true;
				sort?: FieldSort;
				filter?: FieldFilter;
		  }
		/** One of a list of names. */
		| {
				unit: 'name';
				names: readonly string[];
				read: (row: Row) => string | null;
				/** `byRank`: by their place in the list, and not as text. */
				sort?: FieldSort & {byRank?: true};
				/** `compares`: `>=` and the like ask for the place in the list. */
				filter?: FieldFilter & {compares?: true};
		  }
		| {unit: 'text'; read: (row: Row) => string | null; sort?: FieldSort; filter?: FieldFilter}
		/** Several at a time: they have no order. */
		| {unit: 'texts'; read: (row: Row) => readonly string[]; sort?: never; filter?: FieldFilter}
		/** A number that names something and measures nothing. */
		| {unit: 'number'; read: (row: Row) => number | null; sort?: FieldSort; filter?: NumberFilter}
		| {unit: 'numbers'; read: (row: Row) => readonly (number | null)[]; sort?: never; filter?: NumberFilter}
		| {
				unit: 'address';
				read: (row: Row) => Address | null;
				/** A name for it, which filters look at, too. */
				readHost?: (row: Row) => string | null;
				sort?: FieldSort;
				filter?: FieldFilter;
		  }
	);
