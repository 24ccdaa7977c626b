/** What every table is made of: columns as data, and cells of text. layout.ts decides which columns a width shows. */
import {formatBytes, notObserved} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import type {HistoryView} from '../../domain/view/history.ts';
import type {SortKey} from '../../query/sort.ts';
import type {Align, TruncatePosition} from '../../text/width.ts';
import type {GlyphSet} from '../charts/sparkline.ts';
import type {Tone} from '../theme/theme.ts';

/** Clean text, shortened or not: the table cuts what is too long. */
export type Cell = {
	text: string;
	tone: Tone;
	/** It takes the place of the cells behind it: a sentence that stands for figures that there are none of. */
	spansRest?: true;
	/** What it tells of an event, where its text changes without one, as an age does. */
	changeKey?: string;
	/** It has just changed. */
	flashes?: boolean;
};

export type CellContext = {
	/** ms since the epoch. */
	now: number;
	/** Cells of the column. */
	width: number;
	/** Cells from its beginning to the end of the line, for a text that spans the rest. */
	roomToLineEnd: number;
	/** Programs that run in several processes: their name alone does not tell which. */
	ambiguousPrograms: ReadonlySet<string>;
	histories: HistoryView;
	glyphSet: GlyphSet;
};

/** The properties of a column that drawing needs. */
export type ColumnHead = {
	id: string;
	align: Align;
	/** The sort keys that order by what it shows. */
	sortKeys?: readonly string[];
	/** One of these that orders it the other way round: who was opened late is young. */
	invertedSortKey?: SortKey;
};

export type Column<Item> = ColumnHead & {
	/** From the longest to the shortest: the first that fits is shown. */
	titles: readonly string[];
	/** Cells without which the column is not worth showing. */
	minWidth: number;
	truncatePosition?: TruncatePosition;
	/** Cells between this column and the next; 1 where not given. */
	gap?: number;
	/** The id of the column that may follow it without a gap. */
	noGapBefore?: string;
	/** Columns of a high number go first where the terminal is narrow. */
	priority: number;
	/** It goes when the column of this id is shown: that one tells the same and more. */
	replacedBy?: string;
	/** It changes all the time, or tells of no event: it never flashes. */
	neverFlashes?: true;
	toCell: (item: Item, context: CellContext) => Cell;
};

/** A column that people choose: with what lists of columns say of it. */
export type DescribedColumn<Item> = Column<Item> & {
	/** A short name that no other column of its table has. */
	title: string;
	/** What it shows, in a line. */
	description: string;
};

/** A column of the tables of rows. */
export type RowColumn = DescribedColumn<Row>;

/**
 * Where spare cells go, in this order: each step widens a column up to so many cells, or the gap behind it. A step
 * that says `allOrNothing` is taken only if all of it can be had.
 */
export type GrowthStep =
	| {id: string; toWidth: number; allOrNothing?: true}
	| {gapAfter: string; toWidth: number};

/** A table: its columns in the order of the screen, and where spare cells go. */
export type TableSpec<Item> = {
	columns: readonly Column<Item>[];
	growth: readonly GrowthStep[];
	/** What is over fades; what failed stays readable. */
	isOver?: (item: Item) => boolean;
};

/** A table of rows: its columns are the person's to choose. */
export type RowTable = Omit<TableSpec<Row>, 'columns'> & {columns: readonly RowColumn[]};

export const cell = (text: string, tone: Tone = 'plain'): Cell => ({text, tone});
export const missingCell = cell(notObserved, 'faint');

/** A figure: `–` where it was not observed, faint where it is zero. */
export const numberCell = (
	value: number | null | undefined,
	format: (value: number) => string = formatBytes,
): Cell =>
	value === null || value === undefined ? missingCell : cell(format(value), value === 0 ? 'faint' : 'plain');

/** A cell with a place for a mark behind it. */
export const withMark = ({text, tone}: Cell, mark: string | false | null | undefined): Cell =>
	mark ? cell(text + mark, 'waiting') : cell(`${text} `, tone);
