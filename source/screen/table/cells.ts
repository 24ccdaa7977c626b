/**
 * The parts of every table: columns as data, and cells of text. layout.ts chooses the columns for a width.
 */
import {formatBytes, notObserved} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import type {HistoryView} from '../../domain/view/history.ts';
import type {SortKey} from '../../query/sort.ts';
import type {Align, TruncatePosition} from '../../text/width.ts';
import type {GlyphSet} from '../charts/sparkline.ts';
import type {Tone} from '../theme/theme.ts';

/** Sanitized text; the table truncates it to the width of the column. */
export type Cell = {
	text: string;
	tone: Tone;
	/** The cell spans all cells behind it, e.g. an error in place of missing values. */
	spansRest?: true;
	/** The part whose change is an event, where the text also changes without one, as an age does. */
	changeKey?: string;
	/** The cell has just changed. */
	flashes?: boolean;
};

export type CellContext = {
	/** ms since the epoch. */
	now: number;
	/** Cells of the column. */
	width: number;
	/** Cells from the column's start to the end of the line, for a text that spans the rest. */
	roomToLineEnd: number;
	/** Programs that run in several processes: the name alone does not identify the process. */
	ambiguousPrograms: ReadonlySet<string>;
	histories: HistoryView;
	glyphSet: GlyphSet;
};

/** The properties of a column that drawing needs. */
export type ColumnHead = {
	id: string;
	align: Align;
	/** The sort keys that order by the column's values. */
	sortKeys?: readonly string[];
	/** The one of `sortKeys` that orders the column in reverse: a late opening is a low age. */
	invertedSortKey?: SortKey;
};

export type Column<Item> = ColumnHead & {
	/** Longest first: the first title that fits is shown. */
	titles: readonly string[];
	/** Fewest cells in which the column is shown. */
	minWidth: number;
	truncatePosition?: TruncatePosition;
	/** Cells between this column and the next; 1 where not given. */
	gap?: number;
	/** The id of the column that may follow it without a gap. */
	noGapBefore?: string;
	/** Columns with a high number are dropped first on a narrow terminal. */
	priority: number;
	/** The column is dropped when the column of this id, which contains the same and more, is shown. */
	replacedBy?: string;
	/** The column changes constantly, or without an event: its cells never flash. */
	neverFlashes?: true;
	toCell: (item: Item, context: CellContext) => Cell;
};

/** A column of the column chooser, with its name and description there. */
export type DescribedColumn<Item> = Column<Item> & {
	/** A short name, unique in its table. */
	title: string;
	/** The column's content, in one line. */
	description: string;
};

/** A column of the tables of rows. */
export type RowColumn = DescribedColumn<Row>;

/**
 * A step of the distribution of spare cells: it widens a column, or the gap behind it, to at most `toWidth`
 * cells. A step with `allOrNothing` is skipped when the spare cells do not suffice for all of it.
 */
export type GrowthStep =
	| {id: string; toWidth: number; allOrNothing?: true}
	| {gapAfter: string; toWidth: number};

/** A table: its columns in screen order, and the steps that distribute spare cells, in order. */
export type TableSpec<Item> = {
	columns: readonly Column<Item>[];
	growth: readonly GrowthStep[];
	/** Items that are over are faint; their failures stay readable. */
	isOver?: (item: Item) => boolean;
};

/** A table of rows, with columns that the user chooses. */
export type RowTable = Omit<TableSpec<Row>, 'columns'> & {columns: readonly RowColumn[]};

export const cell = (text: string, tone: Tone = 'plain'): Cell => ({text, tone});
export const missingCell = cell(notObserved, 'faint');

/** A figure: `–` where it was not observed, faint where it is zero. */
export const numberCell = (
	value: number | null | undefined,
	format: (value: number) => string = formatBytes,
): Cell =>
	value === null || value === undefined ? missingCell : cell(format(value), value === 0 ? 'faint' : 'plain');

/** The cell with one more character: the mark, or a blank. */
export const withMark = ({text, tone}: Cell, mark: string | false | null | undefined): Cell =>
	mark ? cell(text + mark, 'waiting') : cell(`${text} `, tone);
