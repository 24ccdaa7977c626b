/** Splits the terminal's lines between chrome and body. Pure. */
import type {Size} from '../terminal/size.ts';
import type {Mode} from './state.ts';

export const minSize: Size = {columns: 40, rows: 8};

export type Geometry = {
	/** Blank lines around the body, where the size allows. */
	hasSpacing: boolean;
	/** Lines between header and footer. */
	body: number;
	footer: number;
};

/** Title, gauges (gaps in the data must be reported at every size) and tabs. */
const headerHeight = 3;

const twoLineFooterModes: ReadonlySet<Mode> = new Set(['filter', 'search', 'sort', 'columns', 'quit']);

/** @param size at least `minSize` */
export const geometryFor = ({rows}: Size, mode: Mode): Geometry => {
	const hasSpacing = rows >= 30;
	// A prompt, a picker or a confirmation is drawn above its own keys.
	const footer = twoLineFooterModes.has(mode) ? 2 : 1;
	return {hasSpacing, footer, body: rows - headerHeight - (hasSpacing ? 2 : 0) - footer};
};

/** Rows of a table: the titles take one line of the body. */
export const tableHeight = ({body}: Geometry): number => body - 1;

export const isTooSmall = ({columns, rows}: Size): boolean =>
	columns < minSize.columns || rows < minSize.rows;
